package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "fe80:0:0:0:0:0:0:1%7, fe80::1%7",
    "2001:db8:0:0:0:0:0:1%7, 2001:db8::1",
    "0:0:0:0:0:0:0:0, ::",
    "192.0.2.1, 192.0.2.1",
  })
  void describesAddressesOfTheJdkInTheSameWay(String jdk, String shown) throws Exception {
    InetAddress address = InetAddress.getByName(jdk);

    assertThat(address.getHostAddress()).isEqualTo(jdk);
    assertThat(IpAddress.describe(address)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/24, it is a network; write 10.0.0.1",
    "2001:db8::1/64, it is a network; write 2001:db8::1",
    "10.0.0.1:53, it has a port; write 10.0.0.1",
    "' 10.0.0.1', there are blanks around it",
    "localhost, names are not looked up here; write the address",
    "'[2001:db8::1]:53', write it without brackets and port",
    "'[::1]', write it without brackets and port",
  })
  void saysWhatElseItSeemsToBe(String text, String what) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .hasMessage("'" + text + "' is not an IP address: " + what);
  }

  /** RFC 5952 sections 1 to 5, and how IPv4 is shown. */
  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8::0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0db8::1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8:0:0:1::1, 2001:db8::1:0:0:1",
    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
    "0:0:0:0:0:0:0:0, ::",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
    "0:0:3:4:5:6:0:0, ::3:4:5:6:0:0",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "FFFF:ffff:FFFF:ffff:FFFF:ffff:FFFF:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::ffff:192.0.2.7, 192.0.2.7",
    "::FFFF:c000:207, 192.0.2.7",
    "::192.0.2.7, ::c000:207",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:192.0.2.7, 1:2:3:4:5:6:c000:207",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "127.1.2.3, 127.1.2.3",
    "fe80::1%lo, fe80::1",
    "fe80::1%25eth0, fe80::1",
  })
  void readsAndWrites(String text, String canonical) {
    IpAddress address = IpAddress.parse(text);

    assertThat(address).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "1",
        "127.1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.256",
        "1.2.3.1000",
        "01.2.3.4",
        "1.2.3.00",
        "1.2.3.-4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4%eth0",
        "１.2.3.4",
        ":",
        ":::",
        ":1",
        "1:",
        ":1::",
        "::1:",
        "1::2::3",
        "1:::2",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "::12345",
        "::00001",
        "::g",
        "::-1",
        "::1 ",
        "::１",
        "[::1]",
        "::1/128",
        "fe80::1%",
        "%",
        "%eth0",
        "::1.2.3",
        "::1.2.3.4.5",
        "::01.2.3.4",
        "::1.2.3.256",
        "1.2.3.4::",
        "1:2.3.4.5::6",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "1:2:3:4:5:6:7:8:1.2.3.4",
        "::1:2:3:4:5:6:1.2.3.4",
      })
  void rejects(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not an IP address");
  }

  @Test
  void anErrorQuotesOnlyTheBeginningOfALongText() {
    assertThatThrownBy(() -> IpAddress.parse("x".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .extracting(failure -> String.valueOf(failure.getMessage()).length())
        .matches(length -> length < 200);
  }

  @Test
  void agreesWithTheJdk() throws Exception {
    Random random = new Random(4);
    for (int i = 0; i < 5_000; i++) {
      byte[] octets = randomOctets(random);
      InetAddress expected = InetAddress.getByAddress(octets);
      IpAddress address = IpAddress.of(expected);

      assertThat(address.toInetAddress()).isEqualTo(expected);
      assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
      assertThat(InetAddress.getByName(address.toString())).isEqualTo(expected);
      assertThat(IpAddress.parse(expected.getHostAddress())).isEqualTo(address);
      assertThat(address.isIpv4()).isEqualTo(expected.getAddress().length == 4);
    }
  }

  @Test
  void isOrderedAsUnsignedNumbers() {
    Random random = new Random(5);
    for (int i = 0; i < 1_000; i++) {
      IpAddress a = new IpAddress(random.nextInt(3) - 1, random.nextLong());
      IpAddress b = new IpAddress(random.nextInt(3) - 1, random.nextLong());

      assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
    }
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(
        1, ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array());
  }

  /** Octets with many zeros, so that all ways to shorten an address come up; also IPv4. */
  private static byte[] randomOctets(Random random) {
    if (random.nextInt(5) == 0) {
      byte[] ipv4 = new byte[4];
      random.nextBytes(ipv4);
      return ipv4;
    }
    ByteBuffer octets = ByteBuffer.allocate(16);
    for (int group = 0; group < 8; group++) {
      octets.putShort((short) (random.nextBoolean() ? 0 : random.nextInt() >>> random.nextInt(32)));
    }
    return octets.array();
  }
}
