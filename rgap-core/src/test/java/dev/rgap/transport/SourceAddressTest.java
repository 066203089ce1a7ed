package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceAddressTest {

  /** The examples of RFC 6724, section 10.1, and what hosts have in the field. */
  @ParameterizedTest
  @CsvSource({
    // Scope, then the address itself.
    "2001:db8:1::1, 2001:db8:3::1 fe80::1, 2001:db8:3::1",
    "ff05::1, 2001:db8:3::1 fe80::1, 2001:db8:3::1",
    "ff02::1, 2001:db8:3::1 fe80::1, fe80::1",
    "fe80::9, 2001:db8:3::1 fe80::1, fe80::1",
    "2001:db8:1::1, 2001:db8:3::1 2001:db8:1::1, 2001:db8:1::1",
    // The longest common prefix.
    "2001:db8:1::1, 2001:db8:1::2 2001:db8:3::2, 2001:db8:1::2",
    "2001:db8:1::1, 2001:db8:3::2 2001:db8:1::2, 2001:db8:1::2",
    "fe80::1, fe80::2 2001:db8::1, fe80::2",
    // Labels: unique local addresses with their like, 6to4 with its like.
    "2a00:1450::1, fd00:71::1 2001:db8::1, 2001:db8::1",
    "2a00:1450::1, 2001:db8::1 fd00:71::1, 2001:db8::1",
    "fd00:99::1, 2001:db8::1 fd00:71::1, fd00:71::1",
    "ff0e::1, fd00:71::1 2001:db8::1, 2001:db8::1",
    "2002:c633:6401::1, 2002:c633:6401::d5e3 2001:db8:1::2, 2002:c633:6401::d5e3",
    // Better than nothing.
    "2a00:1450::1, fd00:71::1 fe80::1, fd00:71::1",
    "2a00:1450::1, fe80::1, fe80::1",
    "2a00:1450::1, 10.0.0.1, ",
    // The first of IPv4.
    "10.0.0.9, 192.0.2.1 10.0.0.1 fe80::1, 192.0.2.1",
    "10.0.0.9, fe80::1 10.0.0.1 10.0.0.2, 10.0.0.1",
    "10.0.0.9, 169.254.1.1 10.0.0.2, 10.0.0.2",
    "239.82.71.65, 169.254.1.1 10.0.0.2 10.0.0.3, 10.0.0.2",
    "10.0.0.9, fe80::1, ",
  })
  void choosesAsTheRulesSay(String destination, String candidates, String chosen) throws Exception {
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : candidates.split(" ", -1)) {
      addresses.add(InetAddress.getByName(each));
    }
    InetAddress expected = chosen == null ? null : InetAddress.getByName(chosen);

    assertThat(SourceAddress.choose(InetAddress.getByName(destination), addresses))
        .isEqualTo(expected);
  }
}
