package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1:40000",
    "2001:db8::1, [2001:db8::1]:40000",
    "2001:0db8:0:0:0:0:0:1, [2001:db8::1]:40000",
    "fe80::1%7, [fe80::1%7]:40000",
  })
  void isShownAsAddressesAreEverywhere(String address, String label) throws Exception {
    Sender sender = Sender.of(new InetSocketAddress(InetAddress.getByName(address), 40_000));

    assertThat(sender.label()).isEqualTo(label);
  }
}
