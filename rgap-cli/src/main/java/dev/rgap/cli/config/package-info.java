/** Files that are named on the command line: configurations, members, keys. */
package dev.rgap.cli.config;
