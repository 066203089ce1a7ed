package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * The label that names one address under the base of a service: {@code ip-10-0-0-1} or {@code
 * ip6-2001-0db8-0000-0000-0000-0000-0000-0001}.
 */
final class TargetLabel {

  static final int MAX_LENGTH = 3 + 8 * 5;

  private TargetLabel() {}

  static String of(IpAddress address) {
    if (address.isIpv4()) {
      return "ip-" + address.toString().replace('.', '-');
    }
    StringBuilder label = new StringBuilder(MAX_LENGTH).append("ip6");
    for (int i = 0; i < 8; i++) {
      long half = i < 4 ? address.high() : address.low();
      int group = (int) (half >>> (48 - 16 * (i % 4))) & 0xffff;
      label.append(String.format(Locale.ROOT, "-%04x", group));
    }
    return label.toString();
  }

  /** The address that a label names, if it is one that {@link #of} makes. */
  static Optional<IpAddress> parse(String label) {
    String literal;
    if (label.startsWith("ip-")) {
      literal = label.substring(3).replace('-', '.');
    } else if (label.startsWith("ip6-")) {
      literal = label.substring(4).replace('-', ':');
    } else {
      return Optional.empty();
    }
    try {
      return Optional.of(IpAddress.parse(literal)).filter(address -> of(address).equals(label));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
