package dev.rgap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.listener.Gate;
import dev.rgap.protocol.AnnouncementCodec;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Any bytes as a datagram: they are decoded and encoded again without loss, and accepted only if
 * they are genuine and fresh by a {@link SeparateVerdict}.
 */
class DatagramFuzzTest {

  private static final int SIZE = 66;

  private final Gate gate = SeparateVerdict.gate();

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

    assertThat(gate.check(buffer, datagram.length, now))
        .isEqualTo(SeparateVerdict.of(datagram, now));
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
    datagram.putLong(
        data.consumeBoolean() ? data.pickValue(SeparateVerdict.GROUPS) : data.consumeLong());
    long near = data.consumeLong(-2 * SeparateVerdict.SKEW_MICROS, 2 * SeparateVerdict.SKEW_MICROS);
    datagram.putLong(data.consumeBoolean() ? now + near : data.consumeLong());
    datagram.putLong(data.consumeLong()).putLong(data.consumeLong());
    return SeparateVerdict.sign(datagram.array());
  }
}
