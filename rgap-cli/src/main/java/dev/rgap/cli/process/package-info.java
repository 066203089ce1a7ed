/** What the program sees around it, and when it is to end. */
package dev.rgap.cli.process;
