package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.code;
import static dev.rgap.outputs.dns.TestServer.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** How long answers may be, EDNS, and what becomes of answers that are longer. */
class SizeTest {

  private static final String NAME = "worker.example.com"; // 20 bytes: a question of 24
  private static final int BEFORE_ANSWERS = 12 + 24;
  private static final int OPT = 11;
  private static final int A = 16;

  private static TestConfig config() {
    return new TestConfig().map(NAME, GROUP);
  }

  private static TestQuery query() {
    return TestQuery.of(NAME, Type.A);
  }

  private static boolean truncated(Message message) {
    return message.getHeader().getFlag(Flags.TC);
  }

  private static int answers(Message message) {
    return message.getSection(Section.ANSWER).size();
  }

  @Test
  void withoutEdnsThereIsNoOpt() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 1);

    assertThat(server.ask(query()).getOPT()).isNull();
    assertThat(server.ask("x." + NAME, Type.A).getOPT()).isNull();
    assertThat(server.ask("elsewhere.org", Type.A).getOPT()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {NAME, "x." + NAME, "elsewhere.org"})
  void withEdnsThereIsOneOpt(String name) {
    TestServer server = new TestServer(config().udpPayload(1_400)).joinMany(GROUP, 1);

    for (int type : new int[] {Type.A, Type.AAAA, Type.SOA, Type.ANY}) {
      Message answer = server.ask(TestQuery.of(name, type).edns(4_096));
      OPTRecord opt = answer.getOPT();
      assertThat(answer.getSection(Section.ADDITIONAL)).containsExactly(opt);
      assertThat(opt.getPayloadSize()).isEqualTo(1_400);
      assertThat(opt.getVersion()).isZero();
      assertThat(opt.getFlags()).isZero();
      assertThat(opt.getOptions()).hasSize(name.equals("elsewhere.org") ? 1 : 0);
    }
  }

  @Test
  void theDoBitIsCopiedAndNoOther() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 1);

    assertThat(server.ask(query().edns(1_232, 0, 0xffff)).getOPT().getFlags()).isEqualTo(0x8000);
    assertThat(server.ask(query().edns(1_232, 0, 0x7fff)).getOPT().getFlags()).isZero();
  }

  @Test
  void unknownVersionsAreToldSo() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 1);

    Message answer = server.ask(query().edns(4_096, 1, TestQuery.DO));
    assertThat(code(answer)).isEqualTo("BADVERS");
    assertThat(answer.getOPT().getVersion()).isZero();
    assertThat(answer.getOPT().getExtendedRcode()).isEqualTo(1);
    assertThat(answer.getHeader().getRcode()).isZero();
    assertThat(answers(answer)).isZero();
    // The answer to one version says nothing to the next query.
    assertThat(code(server.ask(query().edns(4_096)))).isEqualTo("NOERROR");
    assertThat(server.ask(query()).getOPT()).isNull();
  }

  @Test
  void unknownOptionsAreIgnored() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 1);
    byte[] cookie = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    byte[] unknown = {(byte) 0xfd, (byte) 0xe9, 0, 0};

    Message answer = server.ask(query().edns(1_232, 0, 0, cookie));
    assertThat(answers(answer)).isEqualTo(1);
    assertThat(answer.getOPT().getOptions()).isEmpty();
    assertThat(answers(server.ask(query().edns(1_232, 0, 0, unknown)))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // the client's payload size, what an answer may have with the server's own of 1232
    "0, 512",
    "511, 512",
    "512, 512",
    "513, 513",
    "1231, 1231",
    "1232, 1232",
    "1233, 1232",
    "4096, 1232",
    "65535, 1232",
  })
  void theSmallerPayloadSizeCounts(int payload, int limit) {
    TestServer server = new TestServer(config()).joinMany(GROUP, 1_000);

    byte[] answer = server.udp(query().edns(payload).bytes());
    int expected = (limit - BEFORE_ANSWERS - OPT) / A;
    assertThat(answer).hasSize(BEFORE_ANSWERS + OPT + expected * A);
    assertThat(answer.length).isLessThanOrEqualTo(limit);
    Message message = TestServer.parse(answer);
    assertThat(truncated(message)).isTrue();
    assertThat(answers(message)).isEqualTo(expected);
    assertThat(message.getOPT()).isNotNull();
  }

  @Test
  void theServersOwnPayloadSizeCanBeLarge() {
    TestServer server = new TestServer(config().udpPayload(65_000)).joinMany(GROUP, 3_000);

    Message answer = server.ask(query().edns(65_535));
    assertThat(answers(answer)).isEqualTo(3_000);
    assertThat(truncated(answer)).isFalse();
  }

  @Test
  void withoutEdnsAnAnswerHas512Bytes() {
    int fit = (512 - BEFORE_ANSWERS) / A;
    TestServer all = new TestServer(config()).joinMany(GROUP, fit);
    assertThat(answers(all.ask(query()))).isEqualTo(fit);
    assertThat(truncated(all.ask(query()))).isFalse();

    TestServer tooMany = new TestServer(config()).joinMany(GROUP, fit + 1);
    byte[] answer = tooMany.udp(query().bytes());
    assertThat(answer).hasSize(BEFORE_ANSWERS + fit * A);
    assertThat(truncated(TestServer.parse(answer))).isTrue();
    assertThat(answers(TestServer.parse(answer))).isEqualTo(fit);

    Message full = tooMany.askTcp(query());
    assertThat(truncated(full)).isFalse();
    assertThat(answers(full)).isEqualTo(fit + 1);
    assertThat(new HashSet<>(data(full))).hasSize(fit + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_024, 1_025, 4_000})
  void byTcpAnAnswerIsFull(int members) {
    TestServer server = new TestServer(config()).joinMany(GROUP, members);

    Message plain = server.askTcp(query());
    assertThat(new HashSet<>(data(plain))).hasSize(members);
    Message edns = server.askTcp(query().edns(512)); // a size that is for UDP
    assertThat(new HashSet<>(data(edns))).hasSize(members);
    assertThat(truncated(edns)).isFalse();
  }

  /**
   * A resolver's buffer holds 65,533 bytes and the length: what there is room for, and others each
   * time.
   */
  @Test
  void byTcpAGroupThatIsTooLargeIsAnsweredInPart() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 5_000);
    int fit = (65_533 - BEFORE_ANSWERS) / A;

    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      byte[] bytes = server.tcp(query().bytes());
      assertThat(bytes.length).isBetween(65_533 - A + 1, 65_533);
      Message answer = TestServer.parse(bytes);
      assertThat(truncated(answer)).as("TC says: ask by TCP").isFalse();
      assertThat(answers(answer)).isEqualTo(fit);
      assertThat(new HashSet<>(data(answer))).hasSize(fit);
      seen.addAll(data(answer));
    }
    assertThat(seen).hasSize(5_000);
    byte[] edns = server.tcp(query().edns(65_535).bytes());
    assertThat(edns.length).isBetween(65_533 - A + 1, 65_533);
    assertThat(TestServer.parse(edns).getOPT()).isNotNull();
  }

  @Test
  void negativeAnswersThatDoNotFitAreTruncated() {
    String apex = String.join(".", "a".repeat(63), "b".repeat(63), "c".repeat(63));
    String other = String.join(".", "x".repeat(63), "y".repeat(63), "z".repeat(63));
    String mailbox = String.join(".", "p".repeat(63), "q".repeat(63), "r".repeat(63));
    DnsConfig.Zone zone =
        new DnsConfig.Zone(
            DomainName.parse(apex),
            List.of(
                TestConfig.nameserver(other),
                TestConfig.nameserver(mailbox),
                TestConfig.nameserver("ns." + other)),
            DomainName.parse(mailbox),
            Duration.ofSeconds(5));
    TestServer server = new TestServer(new TestConfig().zone(zone));

    TestQuery query = TestQuery.of("n." + apex, Type.A);
    byte[] cut = server.udp(query.bytes());
    assertThat(code(TestServer.parse(cut))).isEqualTo("NXDOMAIN");
    assertThat(truncated(TestServer.parse(cut))).isTrue();
    assertThat(cut).hasSameSizeAs(query.bytes());
    Message full = server.ask(TestQuery.of("n." + apex, Type.A).edns(1_232));
    assertThat(truncated(full)).isFalse();
    assertThat(full.getSection(Section.AUTHORITY)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 28})
  void aLimitOnAnswersGivesEachClientOthers(int most) {
    TestServer server = new TestServer(config().maxAnswers(most)).joinMany(GROUP, 100);

    TreeMap<String, Integer> seen = new TreeMap<>();
    int queries = 2_000;
    for (int i = 0; i < queries; i++) {
      Message answer = server.ask(query());
      assertThat(truncated(answer)).isFalse();
      assertThat(new HashSet<>(data(answer))).hasSize(most);
      data(answer).forEach(address -> seen.merge(address, 1, Integer::sum));
    }
    assertThat(seen).hasSize(100);
    // Evenly: each as often as the others, but for chance (six standard deviations and more).
    double expected = queries * most / 100.0;
    assertThat(seen.values())
        .allSatisfy(count ->
            assertThat((double) count)
                .isBetween(expected - 8 * Math.sqrt(expected), expected + 8 * Math.sqrt(expected)));
  }

  @Test
  void aLimitOnAnswersHoldsForTcpAndLargeGroups() {
    TestServer server = new TestServer(config().maxAnswers(8)).joinMany(GROUP, 3_000);

    assertThat(answers(server.askTcp(query()))).isEqualTo(8);
    assertThat(truncated(server.askTcp(query()))).isFalse();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      seen.addAll(data(server.ask(query())));
    }
    assertThat(seen).hasSize(3_000);
  }

  @Test
  void aLimitOnAnswersAboveWhatFitsIsTruncated() {
    TestServer server = new TestServer(config().maxAnswers(30)).joinMany(GROUP, 100);

    assertThat(truncated(server.ask(query()))).isTrue();
    assertThat(truncated(server.ask(query().edns(1_232)))).isFalse();
    assertThat(answers(server.ask(query().edns(1_232)))).isEqualTo(30);
  }

  @Test
  void aNameMayHaveALimitOfItsOwn() {
    TestServer server =
        new TestServer(
                config()
                    .maxAnswers(3)
                    .map("more.example.com", GROUP)
                    .ownMaxAnswers(5)
                    .service("_http._tcp.example.com", GROUP, 80)
                    .ownMaxAnswers(2))
            .joinMany(GROUP, 20);

    assertThat(answers(server.ask(query()))).isEqualTo(3);
    assertThat(answers(server.ask("more.example.com", Type.A))).isEqualTo(5);
    assertThat(answers(server.ask("_http._tcp.example.com", Type.SRV))).isEqualTo(2);
  }

  /** Who is next to a member that is dead gets its clients; it must not always be the same. */
  @ParameterizedTest
  @CsvSource({"6, 6", "100, 2", "2000, 8"})
  void aMemberHasManyNeighbours(int members, int most) {
    TestServer server =
        new TestServer(config().maxAnswers(most).service("_http._tcp.example.com", GROUP, 80))
            .joinMany(GROUP, members);
    for (int type : new int[] {Type.A, Type.SRV}) {
      String name = type == Type.A ? NAME : "_http._tcp.example.com";
      Set<Integer> distances = new HashSet<>();
      for (int i = 0; i < 400; i++) {
        Message answer = server.ask(TestQuery.of(name, type).edns(1_232));
        int next = number(answer.getSection(Section.ANSWER).get(1));
        distances.add(
            Math.floorMod(next - number(answer.getSection(Section.ANSWER).getFirst()), members));
        if (type == Type.SRV) {
          assertThat(number(answer.getSection(Section.ADDITIONAL).get(1)))
              .as("targets come in the same order")
              .isEqualTo(next);
        }
      }
      assertThat(distances).hasSizeGreaterThanOrEqualTo(Math.min(members - 1, 80));
    }
  }

  /** Which member 10.0.x.y a record is about. */
  private static int number(Record shown) {
    String text =
        shown instanceof SRVRecord service
            ? service.getTarget().getLabelString(0).replace('-', '.').replace("ip.", "")
            : shown.rdataToString();
    return (int) IpAddress.parse(text).low() & 0xffff;
  }

  @Test
  void theOrderRotatesAtRandom() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 5);

    Set<String> first = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Message answer = server.ask(query());
      assertThat(answers(answer)).isEqualTo(5);
      first.add(answer.getSection(Section.ANSWER).getFirst().rdataToString());
    }
    assertThat(first).hasSize(5);
  }

  @Test
  void membersOfBothFamiliesAreCountedApart() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 2_000);
    for (int i = 0; i < 2_000; i++) {
      server.join(GROUP, new IpAddress(0x20010db8_00000000L, i), TestServer.EXPIRE);
    }
    assertThat(answers(server.askTcp(query()))).isEqualTo(2_000);
    Message ipv6 = server.askTcp(TestQuery.of(NAME, Type.AAAA));
    assertThat(new HashSet<>(data(ipv6))).hasSize(2_000);
    byte[] cut = server.udp(TestQuery.of(NAME, Type.AAAA).edns(1_232).bytes());
    assertThat(cut).hasSize(BEFORE_ANSWERS + OPT + (1_232 - BEFORE_ANSWERS - OPT) / 28 * 28);
  }

  /** Nothing but the answer is written, and nothing before the query's end is changed. */
  @Test
  void theQueryIsLeftAlone() {
    TestServer server = new TestServer(config()).joinMany(GROUP, 3);
    byte[] query = query().edns(1_232).bytes();
    byte[] before = query.clone();
    byte[] output = new byte[5_000];
    Arrays.fill(output, (byte) 0xdd);
    int length = server.responder.respond(query, query.length, false, true, output);

    assertThat(query).isEqualTo(before);
    for (int i = length; i < output.length; i++) {
      assertThat(output[i]).isEqualTo((byte) 0xdd);
    }
  }
}
