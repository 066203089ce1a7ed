package dev.rgap.config;

import dev.rgap.config.ConfigNode.Position;

/**
 * Something that is wrong, or looks wrong, in a configuration file.
 *
 * @param severity whether the configuration can be used all the same
 * @param position where
 * @param path which setting, such as {@code groups[0].psk}; empty for the whole file
 * @param what what is wrong
 * @param hint what to do about it; may be empty
 */
public record Problem(Severity severity, Position position, String path, String what, String hint) {

  /** How bad a problem is. */
  public enum Severity {
    /** The configuration can't be used. */
    ERROR,
    /** It can, but probably doesn't do what is wanted. */
    WARNING
  }

  /** The form {@code FILE:LINE:COL: path: what; hint}, after {@code warning:} if it is one. */
  public String describe(String file) {
    return file
        + ":"
        + position.line()
        + ":"
        + position.column()
        + ": "
        + (severity == Severity.WARNING ? "warning: " : "")
        + (path.isEmpty() ? "" : path + ": ")
        + what
        + (hint.isEmpty() ? "" : "; " + hint);
  }
}
