/** Checks of whether a worker is well. */
package dev.rgap.worker.check;
