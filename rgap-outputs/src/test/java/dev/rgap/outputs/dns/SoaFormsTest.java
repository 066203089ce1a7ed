package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.GroupId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The records that lie ready: the very bytes that dnsjava would write after the question. */
class SoaFormsTest {

  private static void assertAsDnsjava(TestServer server, String name, int type) {
    byte[] answer = server.udp(TestQuery.of(name, type).edns(4_096).bytes());
    Message parsed = TestServer.parse(answer);
    assertThat(parsed.toWire()).as(name).isEqualTo(answer);
    int section = type == Type.SOA ? Section.ANSWER : Section.AUTHORITY;
    if (type != Type.NS) {
      SOARecord soa = (SOARecord) parsed.getSection(section).getFirst();
      assertThat(soa.getSerial()).isEqualTo(TestServer.SERIAL);
      assertThat(soa.getMinimum()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x.example.com",
        "a.b.c.d.example.com",
        "Www.eXample.cOm",
        "ns.dns.example.com",
        "Dns.example.com",
        "x.dns.example.com",
        "x.ns.dns.example.com",
        "a.ns.DNS.example.com",
        "ns.example.com",
        "admin.example.com",
        "x.admin.example.com",
        "xadmin.example.com",
        "xdns.example.com",
        "com.example.com",
        "example.com.example.com",
      })
  void whateverTheNamesHaveInCommon(String name) {
    for (String nameserver : new String[] {"ns.dns.example.com", "ns.net", "com", "example.com"}) {
      TestServer server =
          new TestServer(
              new TestConfig()
                  .map("w.example.com", GROUP)
                  .zone("example.com", nameserver, "second.example.com", "a.b.second.example.com"));
      assertAsDnsjava(server, name, Type.A);
      assertAsDnsjava(server, "w.example.com", Type.TXT);
      assertAsDnsjava(server, "example.com", Type.SOA);
      assertAsDnsjava(server, "eXAMPLE.com", Type.NS);
    }
  }

  /** A label may hold what looks like a label: an ending of the bytes is not one of the name. */
  @Test
  void aLabelThatHoldsTheBytesOfAnEnding() {
    TestServer server =
        new TestServer(new TestConfig().map("w.example.com", GROUP).zone("example.com", "ns.net"));

    assertAsDnsjava(server, "x\\005admin.example.com", Type.A);
  }

  @Test
  void ofTheRoot() {
    TestServer server =
        new TestServer(new TestConfig().map("w.example.com", GROUP).zone(".", "ns.example.com"));
    for (String name : new String[] {"x", "com", "example.com", "x.ns.example.com", "admin"}) {
      assertAsDnsjava(server, name, Type.MX);
    }
    assertAsDnsjava(server, ".", Type.SOA);
    assertAsDnsjava(server, ".", Type.NS);
    byte[] any = server.udp(TestQuery.of(".", Type.ANY).bytes());
    assertThat(TestServer.parse(any).toWire()).isEqualTo(any);
  }

  /** A zone with many groups looks at them now and then, not at each query. */
  @Test
  void theSerialOfManyGroupsIsAQuarterOfASecondOldAtMost() {
    TestConfig config = new TestConfig().zone("example.com", "ns.net").map("w.example.com", GROUP);
    for (int i = 0; i < 40; i++) {
      config.map("w" + i + ".example.com", new GroupId(100 + i));
    }
    TestServer server = new TestServer(config);
    assertThat(serial(server)).isEqualTo(TestServer.SERIAL);
    server.join(GROUP, "10.0.0.1");
    server.advance(Duration.ofMillis(249));
    assertThat(serial(server)).isEqualTo(TestServer.SERIAL);
    server.advance(Duration.ofMillis(1));
    assertThat(serial(server)).isEqualTo(TestServer.SERIAL + 1);
  }

  private static long serial(TestServer server) {
    return ((SOARecord) server.ask("x.example.com", Type.A).getSection(Section.AUTHORITY).get(0))
        .getSerial();
  }
}
