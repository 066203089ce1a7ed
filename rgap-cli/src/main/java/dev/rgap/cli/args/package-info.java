/** The command line: flags and how they are written, their values, and how a command fails. */
package dev.rgap.cli.args;
