package dev.rgap.protocol;

import dev.rgap.api.StableApi;
import dev.rgap.text.Digits;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as announcements carry it: 128 bits, an IPv4 address being IPv4-mapped ({@code
 * ::ffff:a.b.c.d}, RFC 4291 section 2.5.5.2). An IPv4 address and its mapped form are therefore one
 * and the same value, shown as IPv4. It has no zone.
 *
 * <p>Ordered as 128-bit unsigned numbers.
 *
 * @param high the first eight octets, in network order
 * @param low the last eight octets, in network order
 */
@StableApi
public record IpAddress(long high, long low) implements Comparable<IpAddress> {

  private static final long MAPPED_PREFIX = 0x0000_ffffL;
  private static final int GROUPS = 8;

  /** The address of these four or sixteen octets. */
  public static IpAddress of(InetAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? ofIpv4(octets.getInt())
        : new IpAddress(octets.getLong(), octets.getLong());
  }

  /** The IPv4 address of these 32 bits in network order. */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(0, (MAPPED_PREFIX << 32) | Integer.toUnsignedLong(bits));
  }

  /**
   * Reads an address literal: dotted-decimal IPv4 (four numbers, no leading zeros) or IPv6 in any
   * form of RFC 4291 section 2.2. A zone ({@code %eth0}) is dropped. Never resolves a name.
   *
   * @throws IllegalArgumentException if the text is not an address
   */
  public static IpAddress parse(String text) {
    String odd = odd(text);
    if (!odd.isEmpty()) {
      throw notAnAddress(text, odd);
    }
    int percent = text.indexOf('%');
    String literal = percent < 0 ? text : text.substring(0, percent);
    if (literal.indexOf(':') < 0) {
      if (percent >= 0) {
        throw notAnAddress(text, "an IPv4 address has no zone");
      }
      return ofIpv4(parseIpv4(literal, text));
    }
    if (percent == text.length() - 1) {
      throw notAnAddress(text, "the zone is empty");
    }
    return parseIpv6(literal, text);
  }

  /** What else than an address the text seems to be; empty if nothing. */
  private static String odd(String text) {
    if (!text.equals(text.strip())) {
      return "there are blanks around it";
    }
    int slash = text.indexOf('/');
    if (slash > 0) {
      return "it is a network; write " + text.substring(0, slash);
    }
    if (text.startsWith("[")) {
      return "write it without brackets and port";
    }
    int colon = text.indexOf(':');
    // In IPv6 addresses there are two colons at least.
    return text.indexOf('.') >= 0 && colon > text.indexOf('.') && colon == text.lastIndexOf(':')
        ? "it has a port; write " + text.substring(0, colon)
        : "";
  }

  private static int parseIpv4(String literal, String text) {
    String[] parts = literal.split("\\.", -1);
    if (parts.length != 4) {
      throw notAnAddress(
          text,
          !literal.isEmpty() && Character.isLetter(literal.charAt(0))
              ? "names are not looked up here; write the address"
              : "expected four decimal numbers, or IPv6 groups");
    }
    int bits = 0;
    for (String part : parts) {
      boolean wellFormed =
          Digits.only(part, 10, 3) && (part.length() == 1 || part.charAt(0) != '0');
      int octet = wellFormed ? Integer.parseInt(part) : -1;
      if (octet < 0 || octet > 255) {
        throw notAnAddress(text, "each number must be 0 to 255, without leading zeros");
      }
      bits = (bits << 8) | octet;
    }
    return bits;
  }

  private static IpAddress parseIpv6(String literal, String text) {
    int gap = literal.indexOf("::");
    if (gap >= 0 && literal.indexOf("::", gap + 1) >= 0) {
      throw notAnAddress(text, "'::' may stand only once");
    }
    int[] groups = new int[GROUPS];
    if (gap < 0) {
      if (parseGroups(literal, groups, true, text) != GROUPS) {
        throw notAnAddress(text, "expected eight groups");
      }
    } else {
      int before = parseGroups(literal.substring(0, gap), groups, false, text);
      int[] tail = new int[GROUPS];
      int after = parseGroups(literal.substring(gap + 2), tail, true, text);
      if (before + after >= GROUPS) {
        throw notAnAddress(text, "too many groups");
      }
      System.arraycopy(tail, 0, groups, GROUPS - after, after);
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS / 2; i++) {
      high = (high << 16) | groups[i];
      low = (low << 16) | groups[i + GROUPS / 2];
    }
    return new IpAddress(high, low);
  }

  /**
   * Parses colon-separated groups into the array and returns how many there were.
   *
   * @param atEnd whether the address ends with them: only there may an IPv4 address stand
   */
  private static int parseGroups(String literal, int[] groups, boolean atEnd, String text) {
    if (literal.isEmpty()) {
      return 0;
    }
    String[] parts = literal.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean embeddedIpv4 = atEnd && i == parts.length - 1 && parts[i].indexOf('.') >= 0;
      if (count + (embeddedIpv4 ? 2 : 1) > GROUPS) {
        throw notAnAddress(text, "too many groups");
      }
      if (embeddedIpv4) {
        int bits = parseIpv4(parts[i], text);
        groups[count++] = bits >>> 16;
        groups[count++] = bits & 0xffff;
      } else if (Digits.only(parts[i], 16, 4)) {
        groups[count++] = Integer.parseInt(parts[i], 16);
      } else {
        throw notAnAddress(text, "each group must be one to four hexadecimal digits");
      }
    }
    return count;
  }

  private static IllegalArgumentException notAnAddress(String text, String why) {
    String shown = text.length() <= 64 ? text : text.substring(0, 64) + "…";
    return new IllegalArgumentException("'" + shown + "' is not an IP address: " + why);
  }

  /** Whether this is an IPv4 address. */
  public boolean isIpv4() {
    return isIpv4(high, low);
  }

  /** Whether the address of these octets is an IPv4 address. */
  public static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == MAPPED_PREFIX;
  }

  /** The address right before this one; null if this is the first. */
  public @Nullable IpAddress previous() {
    if (low != 0) {
      return new IpAddress(high, low - 1);
    }
    return high == 0 ? null : new IpAddress(high - 1, -1);
  }

  /** The same address for use with the JDK: an {@link Inet4Address} if {@link #isIpv4()}. */
  public InetAddress toInetAddress() {
    byte[] octets = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    try {
      // The JDK turns IPv4-mapped octets into an Inet4Address by itself.
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new AssertionError("sixteen octets are an address", e);
    }
  }

  // Written out, as those that come with a record are made at run time, which a start would wait
  // for.

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress that && low == that.low && high == that.high;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  @Override
  public int compareTo(IpAddress other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /**
   * An address of the JDK as {@link #toString} has it, with its zone if it means nothing without
   * one: {@code fe80::1%eth0}.
   */
  public static String describe(InetAddress address) {
    String jdk = address.getHostAddress();
    int zone = jdk.indexOf('%');
    boolean linkLocal = address.isLinkLocalAddress() || address.isMCLinkLocal();
    return of(address) + (zone >= 0 && linkLocal ? jdk.substring(zone) : "");
  }

  /** Dotted decimal for IPv4, else the canonical form of RFC 5952. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(39);
    if (isIpv4()) {
      int bits = (int) low;
      return text.append(bits >>> 24)
          .append('.')
          .append((bits >>> 16) & 0xff)
          .append('.')
          .append((bits >>> 8) & 0xff)
          .append('.')
          .append(bits & 0xff)
          .toString();
    }
    int gapStart = -1;
    int gapLength = 1; // RFC 5952 section 4.2.2: a single zero group is not shortened
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(end) == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gapStart = i;
        gapLength = end - i;
      }
      i = Math.max(i, end);
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  private int group(int index) {
    long half = index < GROUPS / 2 ? high : low;
    return (int) (half >>> (48 - 16 * (index % (GROUPS / 2)))) & 0xffff;
  }
}
