package dev.rgap.outputs.dns;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A domain name of the configuration: absolute, and in lower case, as case makes no difference (RFC
 * 4343). Immutable.
 *
 * <p>It is kept as it goes over the network (RFC 1035 section 3.1): labels with their lengths
 * before them, the root's empty one at the end.
 */
final class DomainName {

  /** The most bytes that a name has. */
  static final int MAX_LENGTH = 255;

  private static final int MAX_LABEL = 63;
  private static final String ESCAPED = "\"().;\\@$";

  /** The name of the root. */
  static final DomainName ROOT = new DomainName(new byte[1]);

  private final byte[] wire;

  private DomainName(byte[] wire) {
    this.wire = wire;
  }

  /**
   * Reads a name as people write it (RFC 1035 section 5.1), with a final dot or without. A dot that
   * is part of a label has a backslash before it; after a backslash, three digits are a byte.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  static DomainName parse(String text) {
    if (text.equals(".")) {
      return ROOT;
    }
    byte[] wire = new byte[text.length() + 2];
    int label = 0; // where its length is put
    int end = 1;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '.') {
        endLabel(wire, label, end);
        label = end++;
      } else if (c == '\\') {
        int digits = digits(text, at);
        wire[end++] = lower(digits == 0 ? text.charAt(at) : number(text, at, digits));
        at += Math.max(1, digits);
      } else {
        wire[end++] = lower(c);
      }
    }
    if (end - label > 1 || label == 0) {
      endLabel(wire, label, end);
      label = end;
    }
    if (label + 1 > MAX_LENGTH) {
      throw new IllegalArgumentException("it has more than 255 bytes");
    }
    return new DomainName(Arrays.copyOf(wire, label + 1));
  }

  private static void endLabel(byte[] wire, int label, int end) {
    int length = end - label - 1;
    if (length == 0) {
      throw new IllegalArgumentException("invalid empty label");
    }
    if (length > MAX_LABEL) {
      throw new IllegalArgumentException("a label has more than 63 bytes");
    }
    wire[label] = (byte) length;
  }

  /** How many digits follow a backslash: three, or none if another character does. */
  private static int digits(String text, int at) {
    if (at >= text.length()) {
      throw badEscape();
    }
    return isDigit(text.charAt(at)) ? 3 : 0;
  }

  private static int number(String text, int at, int digits) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      if (i >= text.length() || !isDigit(text.charAt(i))) {
        throw badEscape();
      }
      number = 10 * number + text.charAt(i) - '0';
    }
    if (number > 0xff) {
      throw badEscape();
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException badEscape() {
    return new IllegalArgumentException(
        "after a backslash comes a character, or a number of three digits up to 255");
  }

  /** A byte as it is compared: only the letters A to Z have two cases. */
  static byte lower(int octet) {
    return (byte) (octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
  }

  /** Its wire form. */
  byte[] wire() {
    return wire.clone();
  }

  /** How many bytes it has, with the root's. */
  int length() {
    return wire.length;
  }

  /** How many labels it has, with the root's. */
  int labels() {
    int labels = 1;
    for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
      labels++;
    }
    return labels;
  }

  boolean isRoot() {
    return wire.length == 1;
  }

  /** Whether its first label is {@code *}. */
  boolean isWildcard() {
    return wire[0] == 1 && wire[1] == '*';
  }

  /** Whether its first label begins with {@code _}, as those of services do (RFC 8552). */
  boolean isUnderscored() {
    return wire[0] > 0 && wire[1] == '_';
  }

  /**
   * The name without its first label.
   *
   * @throws IllegalStateException if it is the root's
   */
  DomainName parent() {
    if (isRoot()) {
      throw new IllegalStateException("nothing is above the root");
    }
    return new DomainName(Arrays.copyOfRange(wire, 1 + wire[0], wire.length));
  }

  /**
   * The name with a label before it, if there is room for that.
   *
   * @param label in lower-case ASCII
   */
  Optional<DomainName> child(String label) {
    byte[] longer = new byte[1 + label.length() + wire.length];
    if (longer.length > MAX_LENGTH) {
      return Optional.empty();
    }
    longer[0] = (byte) label.length();
    for (int i = 0; i < label.length(); i++) {
      longer[1 + i] = (byte) label.charAt(i);
    }
    System.arraycopy(wire, 0, longer, 1 + label.length(), wire.length);
    return Optional.of(new DomainName(longer));
  }

  /** Whether it is the other name or lies below it. */
  boolean isWithin(DomainName other) {
    DomainName name = this;
    while (name.wire.length > other.wire.length) {
      name = name.parent();
    }
    return name.equals(other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DomainName that && Arrays.equals(wire, that.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /** As people write it, with a final dot. */
  @Override
  public String toString() {
    return text(wire);
  }

  /** A name in wire form, from the array's beginning, as people write it. */
  static String text(byte[] name) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (name[at] != 0) {
      int end = at + 1 + name[at];
      while (++at < end) {
        int octet = name[at] & 0xff;
        if (octet <= ' ' || octet > '~') {
          text.append('\\').append((char) ('0' + octet / 100));
          text.append((char) ('0' + octet / 10 % 10)).append((char) ('0' + octet % 10));
        } else {
          text.append(ESCAPED.indexOf(octet) >= 0 ? "\\" : "").append((char) octet);
        }
      }
      text.append('.');
    }
    return text.isEmpty() ? "." : text.toString();
  }
}
