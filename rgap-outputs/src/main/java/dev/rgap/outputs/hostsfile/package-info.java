/** The output <code>hostsfile</code>; see README.md beside it. */
package dev.rgap.outputs.hostsfile;
