/** The output <code>eventlog</code>; see README.md beside it. */
package dev.rgap.outputs.eventlog;
