package dev.rgap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.listener.Gate;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncementCodec;
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
 * Any bytes as a datagram: they are decoded and encoded again without loss, and accepted only if
 * the JDK's own HMAC and arithmetic of any size say that they are genuine and fresh.
 */
class DatagramFuzzTest {

  private static final int SIZE = 66;
  private static final int SIGNED = 34;
  private static final String KEY = "00ff".repeat(16);
  private static final long SKEW_MICROS = 10_000_000;
  private static final List<Long> GROUPS = List.of(0L, 1000L, -1L, Long.MIN_VALUE);

  private final Gate gate =
      new Gate(
          new LiveMembership(
              GROUPS.stream()
                  .map(bits ->
                      GroupConfig.of(
                              new GroupId(bits), PreSharedKey.parseHex(KEY), Duration.ofSeconds(15))
                          .withClockSkew(Duration.ofSeconds(10)))
                  .toList(),
              new ManualClock().scheduler()));

  @FuzzTest(maxDuration = "30s")
  void acceptsOnlyWhatWasSigned(FuzzedDataProvider data) throws GeneralSecurityException {
    long now = data.consumeLong(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
    byte[] datagram = data.consumeBoolean() ? signed(data, now) : new byte[SIZE];
    for (int changes = data.consumeInt(0, 3); changes > 0; changes--) {
      datagram[data.consumeInt(0, SIZE - 1)] = data.consumeByte();
    }
    if (data.consumeBoolean()) {
      datagram = data.consumeRemainingAsBytes();
    }
    // The receive buffer is longer than the datagram and holds what came before.
    byte[] buffer = Arrays.copyOf(datagram, datagram.length + SIZE);

    assertThat(gate.check(buffer, datagram.length, now)).isEqualTo(verdict(datagram, now));
    if (datagram.length == SIZE) {
      assertThat(AnnouncementCodec.encode(AnnouncementCodec.decode(buffer, SIZE)))
          .isEqualTo(datagram);
    } else {
      int length = datagram.length;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AnnouncementCodec.decode(buffer, length));
    }
  }

  private static byte[] signed(FuzzedDataProvider data, long now) throws GeneralSecurityException {
    ByteBuffer datagram = ByteBuffer.allocate(SIZE).putShort((short) 0x0100);
    datagram.putLong(data.consumeBoolean() ? data.pickValue(GROUPS) : data.consumeLong());
    long near = data.consumeLong(-2 * SKEW_MICROS, 2 * SKEW_MICROS);
    datagram.putLong(data.consumeBoolean() ? now + near : data.consumeLong());
    datagram.putLong(data.consumeLong()).putLong(data.consumeLong());
    return datagram.put(hmac(datagram.array())).array();
  }

  private static byte[] hmac(byte[] datagram) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HexFormat.of().parseHex(KEY), "HmacSHA256"));
    mac.update("RGAP announce".getBytes(StandardCharsets.US_ASCII));
    mac.update(datagram, 0, SIGNED);
    return mac.doFinal();
  }

  private static @Nullable Rejection verdict(byte[] datagram, long now)
      throws GeneralSecurityException {
    if (datagram.length != SIZE) {
      return Rejection.SIZE;
    }
    ByteBuffer fields = ByteBuffer.wrap(datagram);
    if (fields.getShort() != 0x0100) {
      return Rejection.VERSION;
    }
    if (!GROUPS.contains(fields.getLong())) {
      return Rejection.GROUP;
    }
    BigInteger distance =
        BigInteger.valueOf(fields.getLong()).subtract(BigInteger.valueOf(now)).abs();
    if (distance.compareTo(BigInteger.valueOf(SKEW_MICROS)) > 0) {
      return Rejection.STALE;
    }
    byte[] signature = Arrays.copyOfRange(datagram, SIGNED, SIZE);
    return Arrays.equals(signature, hmac(datagram)) ? null : Rejection.SIGNATURE;
  }
}
