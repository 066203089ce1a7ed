/** The output <code>log</code>; see README.md beside it. */
package dev.rgap.outputs.log;
