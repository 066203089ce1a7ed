package dev.rgap.cli.args;

import java.util.List;

/**
 * An option of a command, as the parser, the help and the completion see it.
 *
 * @param name the long name, without dashes
 * @param letter the short name, or {@link #NO_LETTER}
 * @param label what stands for its value in the help; empty if it takes none
 * @param accepts what its value is
 * @param candidates the values that it can have, if they are few; else empty
 * @param help what it does, in a line
 */
public record Flag(
    String name, char letter, String label, Accepts accepts, List<String> candidates, String help) {

  /** Stands for the missing short name of a flag that has none. */
  public static final char NO_LETTER = 0;

  /** What the value of a flag is. */
  public enum Accepts {
    /** The flag is on or off. */
    NOTHING,
    /** Any text, or one of the candidates. */
    TEXT,
    /** The same, and each occurrence counts; for all others the last does. */
    TEXTS,
    /** The name of a file. */
    FILE,
    /** A secret: never shown. */
    SECRET
  }

  public static Flag toggle(String name, char letter, String help) {
    return new Flag(name, letter, "", Accepts.NOTHING, List.of(), help);
  }

  public static Flag text(String name, char letter, String label, String help) {
    return new Flag(name, letter, label, Accepts.TEXT, List.of(), help);
  }

  public static Flag texts(String name, char letter, String label, String help) {
    return new Flag(name, letter, label, Accepts.TEXTS, List.of(), help);
  }

  public static Flag choice(String name, String label, List<String> candidates, String help) {
    return new Flag(name, NO_LETTER, label, Accepts.TEXT, candidates, help);
  }

  public static Flag file(String name, char letter, String help) {
    return new Flag(name, letter, "FILE", Accepts.FILE, List.of(), help);
  }

  public static Flag secret(String name, char letter, String label, String help) {
    return new Flag(name, letter, label, Accepts.SECRET, List.of(), help);
  }

  public boolean takesValue() {
    return accepts != Accepts.NOTHING;
  }

  public boolean hasLetter() {
    return letter != NO_LETTER;
  }
}
