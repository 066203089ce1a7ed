package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
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

  /** Whole messages, made by dnsjava of what is configured and asked, and of nothing of ours. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyNames(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 75; round++) {
      String apex = labels(random, 1 + random.nextInt(3), "z");
      String base = random.nextInt(3) > 0 ? apex : "y";
      String primary = labels(random, random.nextInt(4), base);
      String mailbox = labels(random, random.nextInt(4), random.nextBoolean() ? primary : base);
      Duration ttl = Duration.ofSeconds(random.nextInt(100_000));
      TestServer server =
          new TestServer(
              new TestConfig()
                  .zone(
                      new DnsConfig.Zone(
                          DomainName.parse(apex),
                          List.of(TestConfig.nameserver(primary)),
                          DomainName.parse(mailbox),
                          ttl)));
      for (int i = 0; i < 20; i++) {
        String above = random.nextBoolean() ? apex : random.nextBoolean() ? primary : mailbox;
        boolean within = DomainName.parse(above).isWithin(DomainName.parse(apex));
        String name = labels(random, random.nextInt(3), within ? above : apex);
        boolean edns = random.nextBoolean();
        TestQuery query = TestQuery.of(name, Type.TXT);
        Message expected = new Message(TestQuery.ID);
        expected.getHeader().setFlag(Flags.QR);
        expected.getHeader().setFlag(Flags.AA);
        boolean exists = name.equalsIgnoreCase(apex);
        expected.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        expected.addRecord(
            Record.newRecord(TestQuery.name(name), Type.TXT, DClass.IN), Section.QUESTION);
        expected.addRecord(
            new SOARecord(
                TestQuery.name(apex).canonicalize(),
                DClass.IN,
                ttl.toSeconds(),
                TestQuery.name(primary).canonicalize(),
                TestQuery.name(mailbox).canonicalize(),
                TestServer.SERIAL,
                3_600,
                600,
                86_400,
                ttl.toSeconds()),
            Section.AUTHORITY);
        if (edns) {
          query.edns(4_096, 0, TestQuery.DO);
          expected.addRecord(new OPTRecord(1_232, 0, 0, TestQuery.DO), Section.ADDITIONAL);
        }
        assertThat(server.udp(query.bytes())).as(expected.toString()).isEqualTo(expected.toWire());
      }
    }
  }

  private static String labels(Random random, int count, String base) {
    StringBuilder name = new StringBuilder(base);
    for (int i = 0; i < count; i++) {
      name.insert(0, List.of("a", "b", "ns", "a\\.b", "hostmaster").get(random.nextInt(5)) + ".");
    }
    return random.nextInt(4) == 0 ? name.toString().toUpperCase(Locale.ROOT) : name.toString();
  }
}
