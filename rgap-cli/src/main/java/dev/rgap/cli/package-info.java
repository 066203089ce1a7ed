/**
 * The {@code rgap} command: its arguments, its commands, its log.
 *
 * <p>A run that announces once and ends is the shortest and most frequent one. What it needs to be
 * loaded is kept small: the help, the log, YAML and JSON are touched only by what uses them.
 */
package dev.rgap.cli;
