/** {@code rgap bench}: load for a listener, over a network as bad as wanted. */
package dev.rgap.cli.command.bench;
