package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Version 2 of the wire format against datagrams of another program, and byte by byte. */
class StateConformanceTest {

  private static final PreSharedKey KEY =
      PreSharedKey.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

  private static final Announcement ANNOUNCEMENT =
      new Announcement(
          new GroupId(0x0102030405060708L),
          0x1112131415161718L,
          new IpAddress(0x2122232425262728L, 0x292a2b2c2d2e2f30L));

  private final AnnouncementSigner signer = new AnnouncementSigner();

  static List<Vectors.StateVector> vectors() throws IOException {
    return Vectors.withStates();
  }

  @Test
  void allVectorsAreRead() throws IOException {
    assertThat(Vectors.withStates()).hasSize(11);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void isReadAsItWasMade(Vectors.StateVector each) {
    byte[] datagram = each.vector().datagram();
    Announcement announcement = each.vector().announcement();
    AnnouncedState state = ExtendedCodec.state(datagram);

    assertThat(ExtendedCodec.isSized(datagram, datagram.length)).isTrue();
    assertThat(AnnouncementCodec.version(datagram)).isEqualTo(ExtendedCodec.VERSION);
    assertThat(AnnouncementCodec.groupBits(datagram)).isEqualTo(announcement.group().bits());
    assertThat(AnnouncementCodec.timestampMicros(datagram))
        .isEqualTo(announcement.timestampMicros());
    assertThat(AnnouncementCodec.addressHigh(datagram)).isEqualTo(announcement.address().high());
    assertThat(AnnouncementCodec.addressLow(datagram)).isEqualTo(announcement.address().low());
    assertThat(state == null ? "unknown" : state.label()).isEqualTo(each.state());
    assertThat(ExtendedCodec.isSupported(datagram, datagram.length)).isEqualTo(each.supported());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void verifiesWithItsKeyOnly(Vectors.StateVector each) {
    byte[] datagram = each.vector().datagram();

    assertThat(signer.verifyExtended(datagram, datagram.length, each.vector().key())).isTrue();
    assertThat(signer.verifyExtended(datagram, datagram.length, KEY)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void noBitCanBeFlipped(Vectors.StateVector each) {
    byte[] datagram = each.vector().datagram();
    for (int bit = 0; bit < datagram.length * Byte.SIZE; bit++) {
      datagram[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(signer.verifyExtended(datagram, datagram.length, each.vector().key()))
          .as("bit %d", bit)
          .isFalse();
      datagram[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void signsToTheSameBytes(Vectors.StateVector each) {
    byte[] datagram = each.vector().datagram();
    if (datagram.length == ExtendedCodec.MIN_SIZE && each.supported()) {
      AnnouncedState state = AnnouncedState.valueOf(each.state().toUpperCase(Locale.ROOT));
      assertThat(signer.sign(each.vector().announcement(), state, each.vector().key()))
          .isEqualTo(datagram);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFieldHasItsPlace(AnnouncedState state) {
    byte[] datagram = signer.sign(ANNOUNCEMENT, state, KEY);

    assertThat(HexFormat.of().formatHex(datagram, 0, 38))
        .isEqualTo(
            "0200"
                + "0102030405060708"
                + "1112131415161718"
                + "2122232425262728292a2b2c2d2e2f30"
                + "0"
                + state.code()
                + "00"
                + "0000");
    assertThat(datagram).hasSize(70);
    assertThat(ExtendedCodec.state(datagram)).isEqualTo(state);
  }

  @Test
  void neitherVersionsSignatureIsTheOthers() {
    byte[] first = signer.sign(ANNOUNCEMENT, KEY);
    byte[] second = signer.sign(ANNOUNCEMENT, AnnouncedState.UP, KEY);

    assertThat(signer.verifyExtended(Arrays.copyOf(first, 70), 66, KEY)).isFalse();
    assertThat(signer.verify(second, KEY)).isFalse();
  }

  @Test
  void hasTheLengthThatItSays() {
    byte[] datagram = Arrays.copyOf(signer.sign(ANNOUNCEMENT, AnnouncedState.UP, KEY), 600);
    for (int says = 0; says < 600; says++) {
      datagram[36] = (byte) (says >> 8);
      datagram[37] = (byte) says;
      for (int length = 0; length < 600; length++) {
        assertThat(ExtendedCodec.isSized(datagram, length))
            .isEqualTo(length == 70 + says && length <= 512);
      }
    }
  }

  @Test
  void anyAttributesAreReadWithinTheirBounds() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] datagram = new byte[70 + random.nextInt(40)];
      random.nextBytes(datagram);
      datagram[34] = (byte) random.nextInt(3);
      datagram[35] = 0;
      for (int at = 39; at < datagram.length; at += 1 + random.nextInt(4)) {
        datagram[at] = (byte) random.nextInt(4);
      }
      assertThat(ExtendedCodec.isSupported(datagram, datagram.length))
          .isEqualTo(isWhole(datagram, 38, datagram.length - 32));
    }
  }

  private static boolean isWhole(byte[] datagram, int at, int end) {
    if (at == end) {
      return true;
    }
    int next = at + 1 < end ? at + 2 + (datagram[at + 1] & 0xff) : end + 1;
    return next <= end && datagram[at] >= 0 && isWhole(datagram, next, end);
  }
}
