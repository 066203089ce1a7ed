/** The output <code>template</code>; see README.md beside it. */
package dev.rgap.outputs.template;
