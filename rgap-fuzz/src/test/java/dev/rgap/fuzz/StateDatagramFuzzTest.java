package dev.rgap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.listener.Gate;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Datagrams of version 2, of any state and with any attributes, whole, changed or cut: they are
 * understood only if they are genuine, fresh and known by a {@link SeparateVerdict}.
 */
class StateDatagramFuzzTest {

  private static final int LONGEST = 512;

  private final Gate gate = SeparateVerdict.gate();

  @FuzzTest(maxDuration = "30s")
  void acceptsOnlyWhatWasSignedAndIsKnown(FuzzedDataProvider data) throws GeneralSecurityException {
    long now = data.consumeLong(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
    long near = data.consumeLong(-2 * SeparateVerdict.SKEW_MICROS, 2 * SeparateVerdict.SKEW_MICROS);
    ByteBuffer head = ByteBuffer.allocate(36).putShort((short) 0x0200);
    head.putLong(data.pickValue(SeparateVerdict.GROUPS)).putLong(now + near);
    head.putLong(data.consumeLong()).putLong(data.consumeLong());
    head.put((byte) data.consumeInt(-1, 4)).put((byte) (data.consumeInt(0, 9) == 9 ? 1 : 0));
    int changed = data.consumeInt(-100, LONGEST);
    byte to = data.consumeByte();
    int shorter = Math.max(0, data.consumeInt(-10, 3));
    byte[] attributes = data.consumeRemainingAsBytes();
    ByteBuffer whole = ByteBuffer.allocate(38 + attributes.length + SeparateVerdict.SIGNATURE);
    whole.put(head.array()).putShort((short) attributes.length).put(attributes);
    byte[] datagram = SeparateVerdict.sign(whole.array());
    if (changed >= 0 && changed < datagram.length) {
      datagram[changed] = to;
    }
    datagram = Arrays.copyOf(datagram, datagram.length - shorter);
    byte[] buffer = Arrays.copyOf(datagram, datagram.length + LONGEST);

    assertThat(gate.check(buffer, datagram.length, now))
        .isEqualTo(SeparateVerdict.of(datagram, now));
  }
}
