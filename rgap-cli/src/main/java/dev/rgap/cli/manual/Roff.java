package dev.rgap.cli.manual;

import java.util.List;
import java.util.Locale;

/**
 * A manual page in the macros of man(7). It bears no date, so that the same program always makes
 * the same page.
 */
public final class Roff {

  private final StringBuilder roff = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param section 1 for commands, 5 for files
   * @param version what it is about, such as {@code rgap 1.0.0}
   * @param summary what the page is about, in a line
   */
  public Roff(String name, int section, String version, String summary) {
    macro("TH", name.toUpperCase(Locale.ROOT), Integer.toString(section), "", version, "rgap");
    // No hyphens in names that readers may want to copy.
    line(".nh");
    heading("NAME");
    line(escape(name) + " \\- " + escape(summary));
  }

  public void heading(String text) {
    macro("SH", text);
  }

  /** A line of text. */
  public void text(String text) {
    line(escape(text));
  }

  /** A tag, in roff, and what it means. */
  public void item(String tag, String text) {
    macro("TP");
    line(tag);
    text(text);
  }

  /** Lines that are shown as they are, and a paragraph's end. */
  public void example(List<String> lines) {
    macro("EX");
    lines.forEach(this::text);
    macro("EE");
  }

  public void macro(String name, String... arguments) {
    roff.append('.').append(name);
    for (String argument : arguments) {
      roff.append(" \"").append(escape(argument)).append('"');
    }
    roff.append('\n');
  }

  /** A line that is roff already. */
  public void line(String text) {
    roff.append(text).append('\n');
  }

  /** Refers to a page. */
  public static String page(String name, int section) {
    return "\\fB" + escape(name) + "\\fR(" + section + ")";
  }

  /** The text as roff prints it unchanged, at the beginning of a line and in an argument, too. */
  public static String escape(String text) {
    String escaped =
        text.replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("'", "\\(aq")
            .replace("`", "\\(ga")
            .replace("\"", "\\(dq")
            .replace("^", "\\(ha")
            .replace("~", "\\(ti");
    return ascii(escaped.startsWith(".") ? "\\&" + escaped : escaped);
  }

  /** Other letters by their numbers, whatever encoding a page is read with. */
  private static String ascii(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .forEach(letter -> {
          if (letter < 0x80) {
            ascii.appendCodePoint(letter);
          } else {
            ascii.append(String.format(Locale.ROOT, "\\[u%04X]", letter));
          }
        });
    return ascii.toString();
  }

  /** The whole page. */
  @Override
  public String toString() {
    return roff.toString();
  }
}
