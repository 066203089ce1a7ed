package dev.rgap.fuzz;

import dev.rgap.listener.Gate;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a gate has to say to any bytes, worked out from docs/protocol.md once more: with the JDK's
 * own HMAC, and arithmetic of any size.
 */
final class SeparateVerdict {

  static final int SIGNATURE = 32;
  static final long SKEW_MICROS = 10_000_000;
  static final List<Long> GROUPS = List.of(0L, 1000L, -1L, Long.MIN_VALUE);

  private static final String KEY = "00ff".repeat(16);
  private static final int FIRST_SIZE = 66;
  private static final int SECOND_VERSION = 0x0200;

  private SeparateVerdict() {}

  /** A gate for the groups. */
  static Gate gate() {
    return new Gate(
        new LiveMembership(
            GROUPS.stream()
                .map(bits ->
                    GroupConfig.of(
                            new GroupId(bits), PreSharedKey.parseHex(KEY), Duration.ofSeconds(15))
                        .withClockSkew(Duration.ofSeconds(10)))
                .toList(),
            new ManualClock().scheduler()));
  }

  /** Signs all before the last {@link #SIGNATURE} bytes there. */
  static byte[] sign(byte[] datagram) throws GeneralSecurityException {
    byte[] signature = hmac(datagram);
    System.arraycopy(signature, 0, datagram, datagram.length - SIGNATURE, SIGNATURE);
    return datagram;
  }

  private static byte[] hmac(byte[] datagram) throws GeneralSecurityException {
    String prefix = version(datagram) == SECOND_VERSION ? "RGAP state" : "RGAP announce";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HexFormat.of().parseHex(KEY), "HmacSHA256"));
    mac.update(prefix.getBytes(StandardCharsets.US_ASCII));
    mac.update(datagram, 0, datagram.length - SIGNATURE);
    return mac.doFinal();
  }

  private static int version(byte[] datagram) {
    return Short.toUnsignedInt(ByteBuffer.wrap(datagram).getShort());
  }

  static @Nullable Rejection of(byte[] datagram, long now) throws GeneralSecurityException {
    boolean second = datagram.length >= 2 && version(datagram) == SECOND_VERSION;
    if (second ? !isSized(datagram) : datagram.length != FIRST_SIZE) {
      return Rejection.SIZE;
    }
    if (!second && version(datagram) != 0x0100) {
      return Rejection.VERSION;
    }
    ByteBuffer fields = ByteBuffer.wrap(datagram, 2, datagram.length - 2);
    if (!GROUPS.contains(fields.getLong())) {
      return Rejection.GROUP;
    }
    BigInteger distance =
        BigInteger.valueOf(fields.getLong()).subtract(BigInteger.valueOf(now)).abs();
    if (distance.compareTo(BigInteger.valueOf(SKEW_MICROS)) > 0) {
      return Rejection.STALE;
    }
    int signed = datagram.length - SIGNATURE;
    if (!Arrays.equals(Arrays.copyOfRange(datagram, signed, datagram.length), hmac(datagram))) {
      return Rejection.SIGNATURE;
    }
    return second && !isSupported(Arrays.copyOfRange(datagram, 34, signed))
        ? Rejection.UNSUPPORTED
        : null;
  }

  private static boolean isSized(byte[] datagram) {
    return datagram.length >= 70
        && datagram.length <= 512
        && datagram.length == 70 + 256 * (datagram[36] & 0xff) + (datagram[37] & 0xff);
  }

  /** Of all from the state to the last attribute. */
  private static boolean isSupported(byte[] said) {
    if (said[0] < 0 || said[0] > 2 || said[1] != 0) {
      return false;
    }
    byte[] attributes = Arrays.copyOfRange(said, 4, said.length);
    while (attributes.length > 0) {
      int whole = attributes.length < 2 ? Integer.MAX_VALUE : 2 + (attributes[1] & 0xff);
      if (whole > attributes.length || (attributes[0] & 0x80) != 0) {
        return false;
      }
      attributes = Arrays.copyOfRange(attributes, whole, attributes.length);
    }
    return true;
  }
}
