/**
 * The {@code rgap} command, in rooms none of which reaches back up:
 *
 * <pre>
 *   cli                                 the program and the table of its commands
 *   help  command.sniff .demo .bench    what tells about commands; those that are several classes
 *   command                             what a command is, the flags of all, and the other commands
 *   config                              configuration, members and keys in files
 *   process                             what the program sees around it; when to end
 *   args  log  yaml                     the command line, the log, YAML: know nothing of each other
 * </pre>
 *
 * <p>A run that announces once and ends is the shortest and most frequent one. What it needs to be
 * loaded is kept small: the help, the log, YAML and JSON are touched only by what uses them.
 */
package dev.rgap.cli;
