package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What is not a query, or a broken one: an error that is never longer than the query, or nothing.
 */
class MalformedQueriesTest {

  private final TestServer server =
      new TestServer(
          new TestConfig()
              .map("w.example.com", GROUP)
              .service("_http._tcp.w.example.com", GROUP, 80));

  MalformedQueriesTest() {
    server.joinMany(GROUP, 3);
  }

  /** Lines of {@code malformed-queries.txt}. */
  record Line(String name, String expected, String hex) {}

  static Stream<Line> table() throws IOException {
    try (InputStream file =
            MalformedQueriesTest.class.getResourceAsStream("malformed-queries.txt");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      List<Line> lines =
          reader
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(line -> line.split("\\s+", 3))
              .map(parts -> new Line(parts[0], parts[1], parts[2].replace(" ", "")))
              .toList();
      return lines.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void corpus(Line line) {
    byte[] query = HexFormat.of().parseHex(line.hex());
    assertVerdict(server.udp(query), query, line.expected());
    assertVerdict(server.tcp(query), query, line.expected());
  }

  private static void assertVerdict(byte[] answer, byte[] query, String expected) {
    if (expected.equals("-")) {
      assertThat(answer).isEmpty();
      return;
    }
    Message message = TestServer.parse(answer);
    assertThat(code(message)).isEqualTo(expected);
    assertThat(answer).startsWith(query[0], query[1]);
    if (!expected.equals("NOERROR")) {
      assertThat(answer.length).isLessThanOrEqualTo(query.length + reason(message));
      assertThat(message.getSection(Section.ANSWER)).isEmpty();
      assertThat(message.getSection(Section.AUTHORITY)).isEmpty();
    }
  }

  /** How many bytes of it tell why there is no answer. */
  private static int reason(Message message) {
    boolean told = message.getOPT() != null && !message.getOPT().getOptions().isEmpty();
    return told ? ExtendedError.LENGTH : 0;
  }

  @Test
  void theHeaderIsAllThatIsAnsweredToGarbage() {
    byte[] query = TestQuery.of("w.example.com", Type.A).flags(0x07b5).counts(2, 0, 0, 0).bytes();

    assertThat(HexFormat.of().formatHex(server.udp(query))).isEqualTo("beef81110000000000000000");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 9, 15})
  void otherOpcodesAreNotImplemented(int opcode) {
    byte[] answer = server.udp(TestQuery.of("w.example.com", Type.SOA).opcode(opcode).bytes());

    assertThat(HexFormat.of().formatHex(answer))
        .isEqualTo(
            "beef" + HexFormat.of().toHexDigits((short) (0x8004 | opcode << 11)) + "0".repeat(16));
  }

  private static TestQuery query(String name, int type) {
    return TestQuery.of(name, type);
  }

  private static TestQuery edns(TestQuery query) {
    return query.edns(4_096, 0, TestQuery.DO);
  }

  /** Queries with EDNS that are answered with an error, and the error. */
  static Stream<Arguments> errorsWithEdns() {
    String name = "w.example.com";
    byte[] opt = TestQuery.opt(4_096, 0, TestQuery.DO);
    byte[] tooShort = opt.clone();
    tooShort[10] = 1; // says that there is data
    byte[] noQuestion = HexFormat.of().parseHex("beef00000000000000000001");
    return Stream.of(
        arguments("IQUERY", "NOTIMP", edns(query(name, Type.A).opcode(1)).bytes()),
        arguments("NOTIFY", "NOTIMP", edns(query(name, Type.SOA).opcode(4)).bytes()),
        arguments("UPDATE", "NOTIMP", edns(query(name, Type.SOA).opcode(5)).bytes()),
        arguments("no question", "FORMERR", concat(noQuestion, opt)),
        arguments(
            "two questions",
            "FORMERR",
            edns(query(name, Type.A).counts(2, 0, 0, 0).append(query("x", Type.A).question()))
                .bytes()),
        arguments("two OPT records", "FORMERR", edns(edns(query(name, Type.A))).bytes()),
        arguments(
            "an option that is cut",
            "FORMERR",
            query(name, Type.A)
                .edns(4_096, 0, TestQuery.DO, (byte) 0, (byte) 10, (byte) 0, (byte) 9, (byte) 1)
                .bytes()),
        arguments(
            "data that is missing",
            "FORMERR",
            query(name, Type.A).counts(1, 0, 0, 1).append(tooShort).bytes()),
        arguments("too many bytes", "FORMERR", edns(query(name, Type.A)).append((byte) 0).bytes()),
        arguments(
            "an OPT record of a name",
            "FORMERR",
            query(name, Type.A)
                .counts(1, 0, 0, 1)
                .append((byte) 1, (byte) 'w')
                .append(opt)
                .bytes()),
        arguments(
            "another version", "BADVERS", query(name, Type.A).edns(512, 1, TestQuery.DO).bytes()),
        arguments("another class", "REFUSED", edns(query(name, Type.A).dclass(3)).bytes()),
        arguments("another name", "REFUSED", edns(query("elsewhere.org", Type.A)).bytes()),
        arguments("a transfer", "REFUSED", edns(query(name, Type.AXFR)).bytes()));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /**
   * RFC 6891 section 7: so the client sees that it is not EDNS which was not understood, and does
   * not have to try without.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("errorsWithEdns")
  void whoSpeaksEdnsIsAnsweredInEdns(String what, String code, byte[] query) {
    for (byte[] answer : List.of(server.udp(query), server.tcp(query))) {
      assertVerdict(answer, query, code);
      OPTRecord opt = TestServer.parse(answer).getOPT();
      assertThat(opt.getPayloadSize()).isEqualTo(1_232);
      assertThat(opt.getVersion()).isZero();
      assertThat(opt.getFlags()).isEqualTo(TestQuery.DO);
    }
  }

  /** Nor does it matter what else a client sends that may not ask. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("errorsWithEdns")
  void refusalsHaveEdnsAsWell(String what, String code, byte[] query) {
    TestServer refusing = new TestServer(new TestConfig().map("w.example.com", GROUP).allow("::1"));
    byte[] answer = refusing.udp(query);

    assertVerdict(answer, query, "REFUSED");
    assertThat(TestServer.parse(answer).getOPT().getFlags()).isEqualTo(TestQuery.DO);
  }

  /** What the log says at level debug. */
  @Test
  void whatItIsIsShown() {
    String name = "w.example.com";
    assertThat(shown(query(name, Type.A))).isEqualTo("w.example.com. A: NOERROR");
    assertThat(shown(query("a\\.b.w.example.com", 65_280)))
        .isEqualTo("a\\.b.w.example.com. TYPE65280: NXDOMAIN");
    assertThat(shown(query(name, Type.SOA).opcode(4))).isEqualTo("NOTIFY: NOTIMP");
    assertThat(shown(query(name, Type.SOA).opcode(5))).isEqualTo("UPDATE: NOTIMP");
    assertThat(shown(query(name, Type.SOA).opcode(2))).isEqualTo("opcode 2: NOTIMP");
    assertThat(shown(query(name, Type.A).counts(0, 0, 0, 0))).isEqualTo("malformed: FORMERR");
    assertThat(shown(query(name, Type.A).edns(512, 1, 0))).isEqualTo("w.example.com. A: BADVERS");
  }

  private String shown(TestQuery query) {
    server.udp(query.bytes());
    return server.responder.shown();
  }

  @Test
  void everyPrefixOfAQueryIsMalformedOrTooShort() {
    byte[] query =
        TestQuery.of("w.example.com", Type.A)
            .edns(1_232, 0, 0, (byte) 0, (byte) 10, (byte) 0, (byte) 1, (byte) 7)
            .bytes();
    for (int length = 0; length < query.length; length++) {
      byte[] prefix = Arrays.copyOf(query, length);
      assertVerdict(server.udp(prefix), prefix, length < 12 ? "-" : "FORMERR");
    }
    assertVerdict(server.udp(query), query, "NOERROR");
  }

  /** Whether a client may ask is looked at before what it asks. */
  @ParameterizedTest
  @MethodSource("table")
  void whoMayNotAskIsRefusedWhateverItIs(Line line) {
    TestServer refusing = new TestServer(new TestConfig().map("w.example.com", GROUP).allow("::1"));
    byte[] query = HexFormat.of().parseHex(line.hex());

    assertVerdict(refusing.udp(query), query, line.expected().equals("-") ? "-" : "REFUSED");
    assertVerdict(refusing.tcp(query), query, line.expected().equals("-") ? "-" : "REFUSED");
  }

  @Test
  void aRefusalRepeatsTheQuestionAndHasEdnsIfTheQueryHas() {
    TestServer refusing = new TestServer(new TestConfig().map("w.example.com", GROUP).allow("::1"));
    TestQuery plain = TestQuery.of("w.example.com", Type.A);
    Message answer = TestServer.parse(refusing.udp(plain.bytes()));
    assertThat(answer.getQuestion().getName()).hasToString("w.example.com.");
    assertThat(answer.getOPT()).isNull();

    Message withEdns = TestServer.parse(refusing.udp(plain.edns(4_096, 1, TestQuery.DO).bytes()));
    assertThat(code(withEdns)).isEqualTo("REFUSED");
    assertThat(withEdns.getOPT().getVersion()).isZero();
  }

  @Test
  void answersAreNotAnswered() {
    byte[] query = TestQuery.of("w.example.com", Type.A).flags(0x8000).bytes();

    assertThat(server.udp(query)).isEmpty();
    assertThat(server.tcp(query)).isEmpty();
    assertThat(server.udp(server.udp(TestQuery.of("w.example.com", Type.A).bytes()))).isEmpty();
    assertThat(server.service.stats.dropped.value()).isEqualTo(3);
  }

  /** Errors, with and without EDNS, but for the reason. */
  @Test
  void noErrorIsLongerThanItsQuery() {
    List<TestQuery> queries =
        List.of(
            TestQuery.of("elsewhere.org", Type.A),
            TestQuery.of("elsewhere.org", Type.A).edns(4_096),
            TestQuery.of("w.example.com", Type.A).dclass(3).edns(4_096, 0, TestQuery.DO),
            TestQuery.of("w.example.com", Type.AXFR).edns(4_096),
            TestQuery.of("w.example.com", Type.A).edns(4_096, 1, 0),
            TestQuery.of("w.example.com", Type.OPT).edns(4_096),
            TestQuery.of(".", Type.A));
    for (TestQuery query : queries) {
      byte[] bytes = query.bytes();
      byte[] answer = server.udp(bytes);
      assertThat(answer.length).isEqualTo(bytes.length + reason(TestServer.parse(answer)));
    }
  }

  /** The header may claim more records than there can be: no room is made for them. */
  @Test
  void countsThatCannotBeAreNotBelieved() {
    byte[] query =
        TestQuery.of("w.example.com", Type.A)
            .counts(1, 0xffff, 0xffff, 0xffff)
            .append(new byte[3_000])
            .bytes();

    assertVerdict(server.udp(query), query, "FORMERR");
  }

  @Test
  void bytesAtRandom() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] query = new byte[random.nextInt(100)];
      random.nextBytes(query);
      if (query.length > 12 && random.nextBoolean()) {
        query[2] &= 0x07;
        query[4] = 0;
        query[5] = 1;
      }
      byte[] answer = server.udp(query);
      if (answer.length > 0) {
        assertThat(code(TestServer.parse(answer))).isNotEqualTo("SERVFAIL");
      }
    }
  }
}
