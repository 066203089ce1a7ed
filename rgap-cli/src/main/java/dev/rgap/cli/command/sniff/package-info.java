/** {@code rgap sniff}: what arrives, and what a listener makes of it. */
package dev.rgap.cli.command.sniff;
