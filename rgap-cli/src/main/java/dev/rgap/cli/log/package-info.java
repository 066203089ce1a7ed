/** The log: lines on standard error, for people, for the journal or as JSON. */
package dev.rgap.cli.log;
