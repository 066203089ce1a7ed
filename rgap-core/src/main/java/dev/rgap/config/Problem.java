package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Position;
import java.util.regex.Pattern;

/**
 * Something that is wrong, or looks wrong, in a configuration file.
 *
 * @param severity whether the configuration can be used all the same
 * @param position where
 * @param path which setting, such as {@code groups[0].psk}; empty for the whole file
 * @param what what is wrong
 * @param hint what to do about it; may be empty
 */
@StableApi
public record Problem(Severity severity, Position position, String path, String what, String hint) {

  private static final int MAX_PART = 500;
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}|[\\u2028\\u2029]");

  /** Half of a key's digits; longer than any name that is usual in a configuration. */
  private static final Pattern MAYBE_SECRET = Pattern.compile("[0-9A-Za-z]{32,}");

  /**
   * Makes the texts fit to be shown, whatever they quote from the file: a key that stands in the
   * wrong place is not repeated, control characters are replaced, and what is very long is cut.
   */
  public Problem {
    path = presentable(path);
    what = presentable(what);
    hint = presentable(hint);
  }

  private static String presentable(String text) {
    String shown =
        MAYBE_SECRET
            .matcher(text)
            .replaceAll(match -> "<" + match.group().length() + " characters not shown>");
    if (shown.length() > MAX_PART) {
      shown = shown.substring(0, MAX_PART) + "…";
    }
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }

  /** How bad a problem is. */
  public enum Severity {
    /** The configuration can't be used. */
    ERROR,
    /** It can, but probably doesn't do what is wanted. */
    WARNING
  }

  /** Whether the configuration can't be used. */
  public boolean isError() {
    return severity == Severity.ERROR;
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
