/** What a command is, and those that are one class. */
package dev.rgap.cli.command;
