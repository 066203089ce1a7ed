/** The file of an agent. */
package dev.rgap.worker.config;
