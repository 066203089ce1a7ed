package dev.rgap.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.HostInterfaces;
import dev.rgap.transport.HostInterfaces.Held;
import dev.rgap.transport.HostInterfaces.Link;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSourcesTest {

  private static final HostInterfaces HOST =
      () ->
          List.of(
              new Link("lo", true, true, List.of(held("127.0.0.1"), held("::1"))),
              new Link(
                  "eth0",
                  true,
                  false,
                  List.of(
                      held("10.0.0.7"),
                      held("10.0.0.8"),
                      held("fe80::7"),
                      new Held(IpAddress.parse("2001:db8::dead"), false, false, true),
                      new Held(IpAddress.parse("2001:db8::77"), true, false, false),
                      new Held(IpAddress.parse("2001:db8::66"), false, true, false),
                      held("2001:db8::7"))),
              new Link("eth1", true, false, List.of(held("192.168.1.7"))),
              new Link("wlan0", true, false, List.of(held("fe80::9"), held("2001:db8:1::9"))),
              new Link("tun0", false, false, List.of(held("172.16.0.7"))));

  private static Held held(String address) {
    return new Held(IpAddress.parse(address));
  }

  private static List<IpAddress> find(String text) throws IOException {
    return AddressSources.parse(text, HOST).find();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1                                        | 192.0.2.1",
        "2001:db8::1                                      | 2001:db8::1",
        "iface:eth0                                       | 10.0.0.7",
        "@eth0                                            | 10.0.0.7",
        "iface:eth*                                       | 10.0.0.7 192.168.1.7",
        "@?th?                                            | 10.0.0.7 192.168.1.7",
        "iface:eth0,family=ipv6                           | 2001:db8::7",
        "iface:eth0,family=both                           | 10.0.0.7 2001:db8::7",
        "iface:eth0,family=ipv6,temporary=yes             | 2001:db8::77",
        "iface:eth0,family=ipv6,deprecated=yes            | 2001:db8::66",
        "iface:eth0,family=ipv6,link-local=yes            | fe80::7",
        "iface:wlan0                                      | 2001:db8:1::9",
        "iface:lo                                         | 127.0.0.1",
        "cidr:10.0.0.0/8                                  | 10.0.0.7",
        "cidr:192.168.0.0/16                              | 192.168.1.7",
        "cidr:2001:db8:1::/48                             | 2001:db8:1::9",
        "route:127.0.0.1                                  | 127.0.0.1",
      })
  void findsWhatIsAskedFor(String text, String expected) throws IOException {
    assertThat(find(text))
        .containsExactlyElementsOf(
            Arrays.stream(expected.split(" ", -1)).map(IpAddress::parse).toList());
    assertThat(AddressSources.parse(text, HOST).label()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iface:eth9              | there is no such interface (there are: lo, eth0, eth1, wlan0, tun0)",
        "iface:tun0              | the interface is down, or has no address that fits",
        "iface:eth1,family=ipv6  | the interface is down, or has no address that fits",
        "cidr:172.16.0.0/12      | no interface that is up has an address in 172.16.0.0/12 that fits",
      })
  void saysWhyThereIsNone(String text, String expected) {
    assertThatThrownBy(() -> find(text))
        .isInstanceOf(NoAddressException.class)
        .hasMessage(expected);
  }

  @Test
  void whatCantBeToldIsNotNone() {
    HostInterfaces unreadable =
        () -> {
          throw new IOException("too many open files");
        };
    for (String text : List.of("iface:eth0", "cidr:10.0.0.0/8")) {
      assertThatThrownBy(() -> AddressSources.parse(text, unreadable).find())
          .isNotInstanceOf(NoAddressException.class)
          .hasMessage("too many open files");
    }
    assertThatThrownBy(() -> find("dns:no-such.invalid"))
        .isNotInstanceOf(NoAddressException.class)
        .hasMessage("the name no-such.invalid can't be resolved");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iface:",
        "@",
        "iface: eth0",
        "cidr:",
        "cidr:10.0.0.0/33",
        "dns:",
        "route:",
        "iface:eth0,family=ipv5",
        "iface:eth0,",
      })
  void whatIsNoSourceIsAnErrorThatSaysWhatThereIs(String text) {
    assertThatThrownBy(() -> AddressSources.parse(text, HOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no source of addresses: ")
        .hasMessageEndingWith(
            "; it is an address, iface:NAME, cidr:NETWORK, route:HOST, dns:NAME or hostname");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "10.0.0.256", "10.0.0.1,family=ipv4", "eth0", "http:x"})
  void whatIsNoAddressIsAnErrorOfItsOwn(String text) {
    assertThatThrownBy(() -> AddressSources.parse(text, HOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is not an IP address");
  }

  @Test
  void thisHostsInterfacesAreRead() throws IOException {
    assertThat(AddressSources.parse("cidr:127.0.0.0/8").find())
        .containsExactly(IpAddress.parse("127.0.0.1"));
    assertThat(AddressSources.parse("iface:lo").isQuick()).isTrue();
    assertThat(AddressSources.parse("dns:localhost").isQuick()).isFalse();
  }

  /** Of a host that is asked a thousand times and changes once. */
  @Test
  void interfacesThatHaveNotChangedAreNotSearchedAgain() throws IOException {
    List<List<Link>> states = new ArrayList<>();
    HostInterfaces host = new UnchangedInterfaces(() -> List.copyOf(states.getLast()));
    List<AddressSource> sources =
        List.of(
            AddressSources.parse("iface:eth0", host),
            AddressSources.parse("cidr:10.0.0.0/8", host));
    states.add(List.of(new Link("eth0", true, false, List.of(held("10.0.0.7")))));
    List<List<IpAddress>> before = new ArrayList<>();
    for (AddressSource source : sources) {
      before.add(source.find());
    }
    states.add(List.of(new Link("eth0", true, false, List.of(held("10.0.0.7")))));
    for (int i = 0; i < sources.size(); i++) {
      assertThat(sources.get(i).find()).as("not made anew").isSameAs(before.get(i));
    }
    states.add(List.of(new Link("eth0", false, false, List.of(held("10.0.0.7")))));
    for (AddressSource source : sources) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(source::find).isInstanceOf(NoAddressException.class);
      }
    }
    states.add(states.getFirst());
    for (AddressSource source : sources) {
      assertThat(source.find()).containsExactly(IpAddress.parse("10.0.0.7"));
    }
  }

  @Test
  void whateverChangesOfInterfacesIsAChange() throws IOException {
    Link link = new Link("eth0", true, false, List.of(held("fe80::7")));
    IpAddress address = IpAddress.parse("fe80::7");
    List<List<Link>> states =
        List.of(
            List.of(link),
            List.of(link, link),
            List.of(new Link("eth1", true, false, link.addresses())),
            List.of(new Link("eth1", false, false, link.addresses())),
            List.of(new Link("eth1", false, true, link.addresses())),
            List.of(new Link("eth1", false, true, List.of())),
            List.of(new Link("eth1", false, true, List.of(held("fe80::8")))),
            List.of(new Link("eth1", false, true, List.of(new Held(address, true, false, false)))),
            List.of(new Link("eth1", false, true, List.of(new Held(address, false, true, false)))),
            List.of(new Link("eth1", false, true, List.of(new Held(address, false, false, true)))));
    Iterator<List<Link>> next = states.iterator();
    HostInterfaces host = new UnchangedInterfaces(next::next);
    for (List<Link> state : states) {
      assertThat(host.links()).isSameAs(state);
    }
  }
}
