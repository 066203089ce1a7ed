/** {@code rgap demo}: a listener and agents in one process. */
package dev.rgap.cli.command.demo;
