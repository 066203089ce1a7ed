package dev.rgap.outputs.dns;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import java.net.IDN;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads domain names as people write them: always absolute, with a final dot or without. */
final class DomainNames {

  /** The letters ß and ς, and the joiners. */
  private static final String CHANGED = "\u00df\u1e9e\u03c2\u200c\u200d";

  /** More than the longest name takes, each of its bytes written as {@code \ddd}. */
  private static final int MAX_TEXT = 1_024;

  private DomainNames() {}

  /** A name without a wildcard. */
  static Reader<DomainName> name() {
    return value -> value.text().flatMap(text -> parse(text, false, value::error));
  }

  /**
   * A mailbox as a name (RFC 1035 section 8): dots before the @ are no borders of labels. It may
   * also be written as that name.
   */
  static Reader<DomainName> mailbox() {
    return value -> value.text().flatMap(text -> parse(mailboxName(text), false, value::error));
  }

  /**
   * A name as it goes over the network (RFC 3490). What has changed its meaning since (RFC 5894
   * section 7.2) has no such form here: it could be the name of somebody else.
   */
  private static Optional<String> ascii(String text) {
    if (text.length() > MAX_TEXT) {
      return Optional.empty();
    }
    boolean plain = text.chars().allMatch(c -> c > ' ' && c <= '~');
    if (text.startsWith("@")) {
      return Optional.empty();
    }
    if (plain) {
      return Optional.of(text);
    }
    boolean printable = text.chars().allMatch(c -> c > ' ' && c != 0x7f);
    if (!printable || text.chars().anyMatch(c -> CHANGED.indexOf(c) >= 0)) {
      return Optional.empty();
    }
    try {
      String name = IDN.toASCII(text);
      return name.chars().allMatch(c -> c > ' ' && c <= '~') ? Optional.of(name) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String mailboxName(String text) {
    int at = text.indexOf('@');
    if (at <= 0) {
      return text;
    }
    return text.substring(0, at).replace(".", "\\.") + "." + text.substring(at + 1);
  }

  /** The name that a value has in its mapping. It may be a wildcard. */
  static Optional<DomainName> key(ConfigValue.Named named) {
    return parse(named.name(), true, (what, hint) -> error(named, what, hint));
  }

  /** Adds an error with a name itself rather than with what it stands for. */
  static void error(ConfigValue.Named named, String what, String hint) {
    ConfigValue value = named.value();
    value.problems().error(named.namePosition(), value.path(), what, hint);
  }

  /**
   * Reads a name.
   *
   * @param error is told what is wrong and what to do about it
   */
  private static Optional<DomainName> parse(
      String text, boolean wildcard, BiConsumer<String, String> error) {
    Optional<String> ascii = ascii(text);
    if (ascii.isEmpty()) {
      error.accept(
          "'" + text + "' is no domain name",
          "write names of other alphabets in their ASCII form, xn--...");
      return Optional.empty();
    }
    try {
      DomainName name = DomainName.parse(ascii.get());
      if (name.isWildcard() && !wildcard) {
        error.accept("a wildcard can't stand here", "");
        return Optional.empty();
      }
      return Optional.of(name);
    } catch (IllegalArgumentException e) {
      error.accept("'" + text + "' is no domain name", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
