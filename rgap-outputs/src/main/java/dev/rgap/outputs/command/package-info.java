/** The output <code>command</code>; see README.md beside it. */
package dev.rgap.outputs.command;
