/** Whether this host's clock is right, by servers that know. */
package dev.rgap.worker.clock;
