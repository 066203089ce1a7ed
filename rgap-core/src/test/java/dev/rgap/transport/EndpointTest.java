package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint.ByName;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "239.82.71.65:8271, 239.82.71.65, 8271, ",
    "239.82.71.65:8271@eth0, 239.82.71.65, 8271, eth0",
    "239.82.71.65:8271@10.0.0.0/8, 239.82.71.65, 8271, 10.0.0.0/8",
    "239.82.71.65:8271@10.1.2.3/8, 239.82.71.65, 8271, 10.1.2.3/8",
    "239.82.71.65:8271@fd00::/64, 239.82.71.65, 8271, fd00::/64",
    "'[ff02::1]:8271@eth0', ff02::1, 8271, eth0",
    "'[ff05::1]:8271@fe80::1%eth0/64', ff05::1, 8271, fe80::1/64",
    "'[::1]:1', ::1, 1, ",
    "'[::]:8271', ::, 8271, ",
    "'[127.0.0.1]:8271', 127.0.0.1, 8271, ",
    "'[localhost]:8271@lo', localhost, 8271, lo",
    ":domain, '', 53, ",
    "127.0.0.1:DOMAIN, 127.0.0.1, 53, ",
    "'[fe80::1%eth0]:8271', fe80::1%eth0, 8271, ",
    "'[::ffff:192.0.2.1]:8271', 192.0.2.1, 8271, ",
    "'[2001:DB8:0:0::01]:8271', 2001:db8::1, 8271, ",
    "'[FE80:0::1%eth0]:8271', fe80::1%eth0, 8271, ",
    "'[::ffff:192.0.2.1%eth0]:8271', 192.0.2.1, 8271, ",
    ":8271, '', 8271, ",
    ":0, '', 0, ",
    ":8271@lo, '', 8271, lo",
    "0.0.0.0:65535, 0.0.0.0, 65535, ",
    "localhost:08271, localhost, 8271, ",
    "a-host.example.org.:1, a-host.example.org., 1, ",
    "255.255.255.255:8271@br-lan.10, 255.255.255.255, 8271, br-lan.10",
    "host:1@wg:0, host, 1, wg:0",
  })
  void reads(String text, String host, int port, String via) {
    Endpoint endpoint = Endpoint.parse(text);

    assertThat(endpoint.host()).isEqualTo(host);
    assertThat(endpoint.port()).isEqualTo(port);
    assertThat(endpoint.via() == null ? null : endpoint.via().toString()).isEqualTo(via);
    assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @CsvSource({
    "'', port is missing",
    "localhost, port is missing",
    "'@eth0', port is missing",
    "localhost:, port must be a number",
    "localhost:no-such-service, or a name that /etc/services has",
    "localhost:١, port must be a number",
    "localhost:-1, port must be a number",
    "localhost:65536, port must be a number",
    "localhost:123456, port must be a number",
    "'localhost:1 ', port must be a number",
    "localhost:１, port must be a number",
    "'[::1]', 'port is missing; expected [::1]:port'",
    "8271, a port alone is written :8271",
    "10.0.0.1/24:8271, a network stands behind an @",
    "::1:8271, must stand in brackets",
    "fe80::1%eth0:8271, must stand in brackets",
    "'[::1]x:8271', must stand in brackets",
    "'x[::1]:8271', must stand in brackets",
    "'[]:8271', nothing stands in the brackets",
    "'[127.1]:8271', is not an IP address",
    "'[127.0.0.1:8271', a character that neither",
    "'[::1::]:8271', is not an IP address",
    "'[::g]:8271', is not an IP address",
    "'[fe80::1%]:8271', is not an IP address",
    "10.0.0.256:8271, is not an IP address",
    "127.1:8271, is not an IP address",
    "1.2.3.4.:8271, is not an IP address",
    "010.0.0.1:8271, is not an IP address",
    "'a host:8271', a character that neither",
    "'\thost:8271', a character that neither",
    "'[host:8271', a character that neither",
    "ho/st:8271, a network stands behind an @",
    "localhost:1@, must follow the @",
    "localhost:1@eth 0, neither spaces nor @",
    "localhost:1@eth0@eth1, neither spaces nor @",
    "localhost:1@10.0.0.0/33, from 0 to 32",
    "localhost:1@10.0.0.0/-1, from 0 to 32",
    "localhost:1@10.0.0.0/, from 0 to 32",
    "localhost:1@10.0.0.0/8/8, from 0 to 32",
    "localhost:1@fd00::/129, from 0 to 128",
    "localhost:1@eth0/24, is not an IP address",
    "localhost:1@/24, is not an IP address",
  })
  void rejects(String text, String why) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("bad address '" + text + "'")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "rgap, 8271",
    "RGAP, 8271",
    "announce, 8271",
    "only-tcp, 9",
    "tcp-first, 12",
    "nothing, -1",
    "commented, -1",
    "too-great, -1",
    "not-a-number, -1",
  })
  void portsHaveTheNamesThatTheHostKnows(String name, int port) throws IOException {
    String services =
        """
        # name port/protocol aliases

        rgap\t8271/udp announce Others # commented
        only-tcp 9/tcp
        tcp-first 11/tcp
        tcp-first 12/udp
        too-great 65536/udp
        not-a-number x/udp
        nothing
        """;

    assertThat(ServiceNames.port(name, new StringReader(services))).isEqualTo(port);
  }

  @Test
  void aVeryLongTextIsNotRepeated() {
    assertThatThrownBy(() -> Endpoint.parse("x".repeat(1_000_000) + ":1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an address has at most 512 characters, this has 1000002");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 8, 10.255.255.255, true",
    "10.1.2.3, 8, 11.0.0.0, false",
    "10.1.2.3, 32, 10.1.2.3, true",
    "10.1.2.3, 32, 10.1.2.2, false",
    "10.1.2.3, 31, 10.1.2.2, true",
    "0.0.0.0, 0, 255.1.2.3, true",
    "0.0.0.0, 0, ::1, false",
    "::, 0, ::1, true",
    "::, 0, 10.0.0.1, false",
    "fd00:1::, 64, fd00:1::ffff:ffff:ffff:ffff, true",
    "fd00:1::, 64, fd00:1:0:1::, false",
    "fd00:1::, 65, fd00:1::7fff:0:0:0, true",
    "fd00:1::, 65, fd00:1::8000:0:0:0, false",
    "fd00:1::, 63, fd00:1:0:1::, true",
    "fd00::1, 128, fd00::1, true",
    "fd00::1, 128, fd00::2, false",
  })
  void aNetworkContainsItsAddresses(String network, int length, String address, boolean inside) {
    assertThat(new IpNetwork(IpAddress.parse(network), length).contains(IpAddress.parse(address)))
        .isEqualTo(inside);
  }

  @Test
  void agentsHaveADefault() {
    assertThat(Endpoint.DEFAULT).isEqualTo(Endpoint.parse("239.82.71.65:8271"));
    assertThat(Endpoint.parse(":1@eth0").via()).isEqualTo(new ByName("eth0"));
  }
}
