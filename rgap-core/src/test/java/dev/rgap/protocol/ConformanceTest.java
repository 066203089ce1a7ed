package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire format against datagrams of the other implementation, and byte by byte. */
class ConformanceTest {

  private static final PreSharedKey KEY =
      PreSharedKey.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

  static List<Vectors.Vector> vectors() throws IOException {
    return Vectors.all();
  }

  @Test
  void allVectorsAreRead() throws IOException {
    assertThat(Vectors.all()).hasSize(22);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodesToWhatItWasMadeFrom(Vectors.Vector vector) {
    SignedAnnouncement decoded = AnnouncementCodec.decode(vector.datagram(), 66);

    assertThat(decoded.version()).isEqualTo(0x0100);
    assertThat(decoded.announcement()).isEqualTo(vector.announcement());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void verifiesWithItsKeyOnly(Vectors.Vector vector) {
    AnnouncementSigner signer = new AnnouncementSigner();

    assertThat(signer.verify(vector.datagram(), vector.key())).isTrue();
    assertThat(signer.verify(vector.datagram(), KEY)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encodesToTheSameBytes(Vectors.Vector vector) {
    assertThat(AnnouncementCodec.encode(AnnouncementCodec.decode(vector.datagram(), 66)))
        .isEqualTo(vector.datagram());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void signsToTheSameBytes(Vectors.Vector vector) {
    assertThat(new AnnouncementSigner().sign(vector.announcement(), vector.key()))
        .isEqualTo(vector.datagram());
    assertThat(AnnouncementSigner.quickStart().sign(vector.announcement(), vector.key()))
        .isEqualTo(vector.datagram());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void signsIntoADatagramThatIsUsedAgain(Vectors.Vector vector) {
    Announcement announcement = vector.announcement();
    byte[] datagram = new byte[AnnouncementCodec.SIZE + 1];
    Arrays.fill(datagram, (byte) 0x55);

    new AnnouncementSigner()
        .sign(
            announcement.group().bits(),
            announcement.timestampMicros(),
            announcement.address().high(),
            announcement.address().low(),
            vector.key(),
            datagram);

    assertThat(datagram).startsWith(vector.datagram()).endsWith(0x55);
  }

  @Test
  void everyFieldHasItsPlace() {
    byte[] datagram =
        new AnnouncementSigner()
            .sign(
                new Announcement(
                    new GroupId(0x0102030405060708L),
                    0x1112131415161718L,
                    new IpAddress(0x2122232425262728L, 0x292a2b2c2d2e2f30L)),
                KEY);

    assertThat(HexFormat.of().formatHex(datagram, 0, 34))
        .isEqualTo(
            "0100" + "0102030405060708" + "1112131415161718" + "2122232425262728292a2b2c2d2e2f30");
    assertThat(datagram).hasSize(66);
  }

  @Test
  void anyBytesOfTheRightSizeDecodeAndEncodeUnchanged() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      byte[] datagram = new byte[66];
      random.nextBytes(datagram);

      assertThat(AnnouncementCodec.encode(AnnouncementCodec.decode(datagram, 66)))
          .isEqualTo(datagram);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 33, 34, 65, 67, 200})
  void anotherSizeIsNotDecoded(int length) {
    assertThatThrownBy(() -> AnnouncementCodec.decode(new byte[200], length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("66 bytes")
        .hasMessageContaining(Integer.toString(length));
  }

  @Test
  void aSignerCanBeUsedAgainAndWithOtherKeys() throws IOException {
    AnnouncementSigner signer = new AnnouncementSigner();
    for (Vectors.Vector vector : Vectors.all()) {
      assertThat(signer.verify(vector.datagram(), KEY)).isFalse();
      assertThat(signer.verify(vector.datagram(), vector.key())).isTrue();
      assertThat(signer.sign(vector.announcement(), vector.key())).isEqualTo(vector.datagram());
    }
  }
}
