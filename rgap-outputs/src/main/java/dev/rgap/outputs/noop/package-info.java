/** The output <code>noop</code>; see README.md beside it. */
package dev.rgap.outputs.noop;
