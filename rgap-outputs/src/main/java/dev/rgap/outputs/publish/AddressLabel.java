package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The label that names one address, fit for a domain name and most other identifiers: {@code
 * ip-10-0-0-1} or {@code ip6-2001-0db8-0000-0000-0000-0000-0000-0001}.
 */
@StableApi
public final class AddressLabel {

  /** The longest label, without the length before it. */
  public static final int MAX_LENGTH = 3 + 8 * 5;

  private static final int IPV6_GROUPS = 8;

  private AddressLabel() {}

  /** The label as text. */
  public static String of(IpAddress address) {
    byte[] wire = new byte[1 + MAX_LENGTH];
    int end = write(address, wire, 0);
    return new String(wire, 1, end - 1, StandardCharsets.US_ASCII);
  }

  /**
   * Writes a label in the wire form of RFC 1035 section 3.1: a byte of length, and then its
   * characters.
   *
   * @return the index after its last byte
   */
  public static int write(IpAddress address, byte[] output, int at) {
    int end = at + 1;
    output[end++] = 'i';
    output[end++] = 'p';
    if (address.isIpv4()) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        output[end++] = '-';
        end = putDecimal((int) (address.low() >>> shift) & 0xff, output, end);
      }
    } else {
      output[end++] = '6';
      for (int i = 0; i < IPV6_GROUPS; i++) {
        long half = i < 4 ? address.high() : address.low();
        output[end++] = '-';
        for (int shift = 60 - 16 * (i % 4); shift >= 48 - 16 * (i % 4); shift -= 4) {
          output[end++] = (byte) Character.forDigit((int) (half >>> shift) & 0xf, 16);
        }
      }
    }
    output[at] = (byte) (end - at - 1);
    return end;
  }

  private static int putDecimal(int octet, byte[] output, int at) {
    int end = at;
    if (octet >= 100) {
      output[end++] = (byte) ('0' + octet / 100);
    }
    if (octet >= 10) {
      output[end++] = (byte) ('0' + octet / 10 % 10);
    }
    output[end++] = (byte) ('0' + octet % 10);
    return end;
  }

  /** The address that a label in lower-case wire form names, if it is one that is written here. */
  public static Optional<IpAddress> parse(byte[] label) {
    int length = label.length - 1;
    if (length > MAX_LENGTH || length < 4 || label[1] != 'i' || label[2] != 'p') {
      return Optional.empty();
    }
    IpAddress address = label[3] == '-' ? parseIpv4(label) : parseIpv6(label);
    return address != null && isNamedBy(label, address) ? Optional.of(address) : Optional.empty();
  }

  /** Strangers choose the labels: one that names nothing must not cost an exception. */
  private static @Nullable IpAddress parseIpv4(byte[] label) {
    int bits = 0;
    int octet = 0;
    int octets = 1;
    for (int i = 4; i < label.length; i++) {
      if (label[i] == '-') {
        bits = bits << 8 | octet;
        octet = 0;
        octets++;
      } else {
        octet = 10 * octet + Character.digit(label[i], 10);
        if (label[i] < '0' || label[i] > '9' || octet > 255) {
          return null;
        }
      }
    }
    return octets == 4 ? IpAddress.ofIpv4(bits << 8 | octet) : null;
  }

  /** The groups have four digits each. */
  private static @Nullable IpAddress parseIpv6(byte[] label) {
    if (label.length != 1 + MAX_LENGTH || label[3] != '6') {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 4; i < label.length; i++) {
      if (i % 5 == 4) {
        if (label[i] != '-') {
          return null;
        }
      } else {
        int digit = Character.digit(label[i], 16);
        if (digit < 0) {
          return null;
        }
        high = high << 4 | low >>> 60;
        low = low << 4 | digit;
      }
    }
    return new IpAddress(high, low);
  }

  /** Each address has one label: other ways to write it name nothing. */
  private static boolean isNamedBy(byte[] label, IpAddress address) {
    byte[] written = new byte[1 + MAX_LENGTH];
    int end = write(address, written, 0);
    return Arrays.equals(label, 0, label.length, written, 0, end);
  }
}
