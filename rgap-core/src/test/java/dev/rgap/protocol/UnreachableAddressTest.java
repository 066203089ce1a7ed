package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreachableAddressTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, the unspecified address",
    "0.1.2.3, an address of 'this network'",
    "1.0.0.0,",
    "10.0.0.1,",
    "126.255.255.255,",
    "127.0.0.0, a loopback address",
    "127.0.0.1, a loopback address",
    "127.255.255.255, a loopback address",
    "128.0.0.0,",
    "169.253.255.255,",
    "169.254.0.0, a link-local address",
    "169.254.255.255, a link-local address",
    "169.255.0.0,",
    "192.0.2.1,",
    "223.255.255.255,",
    "224.0.0.0, a multicast address",
    "239.255.255.255, a multicast address",
    "255.255.255.254,",
    "255.255.255.255, the broadcast address",
    "'::', the unspecified address",
    "::1, a loopback address",
    "::2,",
    "2001:db8::1,",
    "fd00::1,",
    "fe7f:ffff::,",
    "'fe80::', a link-local address",
    "febf:ffff::1, a link-local address",
    "fec0::1,",
    "ff02::1, a multicast address",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, a multicast address",
  })
  void saysWhyNobodyIsThere(String text, String kind) {
    IpAddress address = IpAddress.parse(text);
    assertThat(UnreachableAddress.kind(address.high(), address.low())).isEqualTo(kind);
  }

  @Test
  void anIpv4AddressIsTheSameInEitherForm() {
    IpAddress mapped = IpAddress.parse("::ffff:127.0.0.1");
    assertThat(UnreachableAddress.kind(mapped.high(), mapped.low())).isNotNull();
  }
}
