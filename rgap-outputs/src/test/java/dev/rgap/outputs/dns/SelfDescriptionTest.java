package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.LATE;
import static dev.rgap.outputs.dns.TestServer.code;
import static dev.rgap.outputs.dns.TestServer.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.dns.DnsConfig.WhileNotReady;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What a server says of itself: which one it is, and why it gives no answer. */
class SelfDescriptionTest {

  private static final byte[] NSID = {0, 3, 0, 0};

  private static TestConfig config() {
    return new TestConfig().map("worker.example.com", GROUP).map("late.example.com", LATE);
  }

  private static TestQuery nsid(String name) {
    return TestQuery.of(name, Type.A).edns(1_232, 0, 0, NSID);
  }

  private static List<EDNSOption> options(Message answer) {
    return answer.getOPT().getOptions();
  }

  @ParameterizedTest
  @CsvSource({
    "worker.example.com, NOERROR",
    "x.worker.example.com, NXDOMAIN",
    "elsewhere.org, REFUSED",
    "late.example.com, SERVFAIL"
  })
  void whoAsksIsToldWhichServerItIs(String name, String code) {
    TestServer server = new TestServer(config().serverId("ns1-a")).join(GROUP, "10.0.0.1");

    byte[] answer = server.udp(nsid(name).bytes());
    assertThat(code(TestServer.parse(answer))).isEqualTo(code);
    assertThat(TestServer.parse(answer).getOPT().getOptions(3)).hasSize(1);
    assertThat(answer).containsSequence(0, 3, 0, 5, 'n', 's', '1', '-', 'a');
    assertThat(server.ask(TestQuery.of(name, Type.A).edns(1_232)).getOPT().getOptions(3))
        .as("only who asks")
        .isEmpty();
    assertThat(server.ask(name, Type.A).getOPT()).isNull();
  }

  @Test
  void withoutAnIdNobodyIsTold() {
    TestServer server = new TestServer(config()).join(GROUP, "10.0.0.1");

    assertThat(options(server.ask(nsid("worker.example.com")))).isEmpty();
    Message chaos = server.ask(TestQuery.of("id.server", Type.TXT).dclass(DClass.CH));
    assertThat(code(chaos)).isEqualTo("REFUSED");
  }

  @Test
  void whoIsNotAllowedIsNotTold() {
    TestServer server = new TestServer(config().serverId("ns1-a").allow("192.0.2.0/24"));

    assertThat(server.ask(nsid("worker.example.com")).getOPT().getOptions(3)).isEmpty();
    Message chaos = server.ask(TestQuery.of("id.server", Type.TXT).dclass(DClass.CH));
    assertThat(code(chaos)).isEqualTo("REFUSED");
    assertThat(data(chaos)).isEmpty();
  }

  /** The room for records is less by the option, and no answer longer than it may be. */
  @Test
  void theIdCountsInTheLengthOfAnAnswer() {
    TestServer server = new TestServer(config().serverId("x".repeat(63))).joinMany(GROUP, 100);

    byte[] answer =
        server.udp(TestQuery.of("worker.example.com", Type.A).edns(512, 0, 0, NSID).bytes());
    assertThat(answer.length).isLessThanOrEqualTo(512).isGreaterThan(512 - 16);
    Message parsed = TestServer.parse(answer);
    assertThat(options(parsed)).hasSize(1);
    assertThat(parsed.getHeader().getFlag(Flags.TC)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"id.server", "ID.Server", "hostname.bind"})
  void theIdIsARecordOfClassChaos(String name) {
    TestServer server = new TestServer(config().serverId("ns1 \"a\""));
    for (int type : new int[] {Type.TXT, Type.ANY}) {
      Message answer = server.ask(TestQuery.of(name, type).dclass(DClass.CH));
      assertThat(code(answer)).isEqualTo("NOERROR");
      assertThat(data(answer)).containsExactly("\"ns1 \\\"a\\\"\"");
      assertThat(answer.getSection(Section.ANSWER).getFirst().getDClass()).isEqualTo(DClass.CH);
      assertThat(answer.getSection(Section.ANSWER).getFirst().getTTL()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "version.bind, 16, 3",
    "version.server, 16, 3",
    "x.id.server, 16, 3",
    "id.server, 1, 3",
    "id.server, 16, 1",
    "id.server, 16, 4",
    "worker.example.com, 1, 3"
  })
  void nothingElseIsTold(String name, int type, int dclass) {
    TestServer server = new TestServer(config().serverId("ns1-a"));

    assertThat(code(server.ask(TestQuery.of(name, type).dclass(dclass)))).isEqualTo("REFUSED");
  }

  @Test
  void theHostsNameMayBeTheId() throws Exception {
    Path known = Path.of("/proc/sys/kernel/hostname");
    Assumptions.assumeTrue(Files.exists(known), "only Linux tells it there");
    TestServer server = new TestServer(config().serverId(DnsConfig.HOST_NAME));

    assertThat(data(server.ask(TestQuery.of("id.server", Type.TXT).dclass(DClass.CH))))
        .containsExactly(Files.readString(known).strip());
  }

  private static void assertReason(TestServer server, TestQuery query, String code, int reason) {
    assertThat(server.ask(query).getOPT()).as("without EDNS, nobody is told").isNull();
    Message answer = server.ask(query.edns(1_232));
    assertThat(code(answer)).isEqualTo(code);
    assertThat(options(answer)).hasSize(1);
    ExtendedErrorCodeOption told = (ExtendedErrorCodeOption) options(answer).getFirst();
    assertThat(told.getErrorCode()).isEqualTo(reason);
    assertThat(told.getText()).isNull();
  }

  @Test
  void whyThereIsNoAnswer() {
    TestServer server = new TestServer(config()).join(GROUP, "10.0.0.1");
    assertReason(server, TestQuery.of("late.example.com", Type.A), "SERVFAIL", 14);
    assertReason(server, TestQuery.of("elsewhere.org", Type.A), "REFUSED", 20);
    assertReason(server, TestQuery.of("worker.example.com", Type.AXFR), "REFUSED", 21);
    assertReason(server, TestQuery.of("id.server", Type.TXT).dclass(DClass.CH), "REFUSED", 21);

    TestServer refusing = new TestServer(config().whileNotReady(WhileNotReady.REFUSE));
    assertReason(refusing, TestQuery.of("late.example.com", Type.A), "REFUSED", 14);
    TestServer closed = new TestServer(config().allow("192.0.2.0/24"));
    assertReason(closed, TestQuery.of("worker.example.com", Type.A), "REFUSED", 18);
  }

  @Test
  void answersNeedNoReason() {
    TestServer server = new TestServer(config()).join(GROUP, "10.0.0.1");
    for (int type : new int[] {Type.A, Type.AAAA, Type.TXT}) {
      Message answer = server.ask(TestQuery.of("worker.example.com", type).edns(1_232));
      assertThat(options(answer)).isEmpty();
    }
    // What was said of one query is not said of the next.
    assertThat(options(server.ask(TestQuery.of("late.example.com", Type.A).edns(1_232))))
        .hasSize(1);
    assertThat(options(server.ask(TestQuery.of("x.worker.example.com", Type.A).edns(1_232))))
        .isEmpty();
  }
}
