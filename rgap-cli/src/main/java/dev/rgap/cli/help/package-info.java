/** What tells about commands: help, manual pages, completion. */
package dev.rgap.cli.help;
