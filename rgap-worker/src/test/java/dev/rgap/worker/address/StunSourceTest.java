package dev.rgap.worker.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.AddressChoice;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import dev.rgap.worker.udp.UdpServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STUN, byte by byte. */
@Timeout(60)
class StunSourceTest {

  /** The transaction of RFC 5769. */
  private static final byte[] ID = hex("b7e7a701bc34d686fa87dfae");

  private static final String COOKIE = "2112a442";
  private static final String IPV4 = "00200008 0001 a147 e112a643"; // 192.0.2.1, port 32853
  private static final String PLAIN = "00010008 0001 8055 c0000209"; // 192.0.2.9

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static byte[] response(String type, byte[] id, String attributes) {
    byte[] body = hex(attributes);
    return ByteBuffer.allocate(20 + body.length)
        .put(hex(type))
        .putShort((short) body.length)
        .put(hex(COOKIE))
        .put(id)
        .put(body)
        .array();
  }

  private static List<byte[]> succeed(byte[] request, String attributes) {
    return List.of(response("0101", Arrays.copyOfRange(request, 8, 20), attributes));
  }

  private static StunSource source(UdpServer server, Duration timeout) {
    return new StunSource(
        "stun:",
        Endpoint.parse("127.0.0.1:" + server.port()),
        Duration.ofMillis(20),
        timeout,
        AddressChoice.DEFAULT);
  }

  private static List<IpAddress> ask(Function<byte[], List<byte[]>> site) throws IOException {
    try (UdpServer server = new UdpServer("127.0.0.1", site)) {
      return source(server, Duration.ofSeconds(20)).find();
    }
  }

  /** RFC 5769, 2.2 and 2.3: with SOFTWARE, MESSAGE-INTEGRITY and FINGERPRINT behind. */
  @ParameterizedTest
  @CsvSource({
    "002000080001a147e112a643, 192.0.2.1",
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9, 2001:db8:1234:5678:11:2233:4455:6677",
  })
  void readsTheSamplesOfRfc5769(String address, String expected) throws IOException {
    String before = "8022000b 7465737420766563746f7220";
    String after = "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96";
    byte[] message = response("0101", ID, before + address + after);
    assertThat(StunMessage.read(ByteBuffer.wrap(message), ID)).hasToString(expected);
  }

  @Test
  void asksWithARandomIdUntilThereIsAnAnswer() throws Exception {
    AtomicInteger lost = new AtomicInteger(3);
    try (UdpServer server =
        new UdpServer(
            "127.0.0.1",
            request ->
                lost.getAndDecrement() > 0
                    ? List.of()
                    : List.of(
                        response(
                            "0101",
                            Arrays.copyOfRange(request, 8, 20),
                            "00010008 0001 8055 c0000209")))) {
      StunSource source = source(server, Duration.ofSeconds(20));
      assertThat(source.find()).containsExactly(IpAddress.parse("192.0.2.9"));
      assertThat(server.requests).hasSizeGreaterThanOrEqualTo(4);
      assertThat(source.find()).hasSize(1);
      for (byte[] request : server.requests) {
        assertThat(request).hasSize(20).startsWith(hex("00010000" + COOKIE));
      }
      // Each look has an id of its own, which is the same whenever the request is sent again.
      assertThat(server.requests.stream().map(HexFormat.of()::formatHex).distinct()).hasSize(2);
    }
  }

  @Test
  void whatIsNoAnswerToTheRequestIsIgnored() throws Exception {
    List<IpAddress> found =
        ask(request -> {
          byte[] id = Arrays.copyOfRange(request, 8, 20);
          byte[] good = response("0101", id, PLAIN);
          byte[] otherId = id.clone();
          otherId[11] ^= 1;
          byte[] otherCookie = good.clone();
          otherCookie[4] ^= 1;
          byte[] otherLength = good.clone();
          otherLength[3] ^= 4;
          return List.of(
              new byte[0],
              request, // an echo
              response("0101", otherId, "00010008 0001 8055 c6336401"),
              otherCookie,
              otherLength,
              Arrays.copyOf(good, good.length - 1),
              response("0101", id, "0001ffff 0001 8055 c6336401"),
              response("0101", id, "00010008 0001 8055 c0000209"));
        });
    assertThat(found).containsExactly(IpAddress.parse("192.0.2.9"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0111 | 00090010 00000401 556e617574686f72697a6564 | it answers with error 401: Unauthorized",
        "0111 | 00090004 00000514                          | it answers with error 520",
        "0111 | ''                                         | it answers with an error without a code",
        "0101 | ''                                         | its answer has no address",
        "0101 | 00010008 0003 8055 c0000209                | its answer has no address",
        "0101 | 00010004 0001 8055                         | its answer has no address",
        "0101 | 7fff0000 00010008 0001 8055 c0000209       | it answers with an attribute that must be understood, and is not: 0x7FFF",
      })
  void answersWithoutAnAddressAreToldInWords(String type, String attributes, String expected) {
    assertThatThrownBy(() ->
            ask(request -> List.of(response(type, Arrays.copyOfRange(request, 8, 20), attributes))))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(expected);
  }

  @Test
  void theMixedAddressIsPreferred() throws Exception {
    // Mixed with the cookie only, as for IPv4.
    assertThat(ask(request -> succeed(request, PLAIN + IPV4)))
        .containsExactly(IpAddress.parse("192.0.2.1"));
  }

  @Test
  void whoDoesNotAnswerIsNotWaitedForLong() throws Exception {
    int gone;
    try (UdpServer server = new UdpServer("127.0.0.1", request -> List.of())) {
      gone = server.port();
      assertThatThrownBy(() -> source(server, Duration.ofMillis(100)).find())
          .hasMessage("127.0.0.1:" + gone + ": no answer");
    }
    assertThatThrownBy(() -> Sources.parse("stun:127.0.0.1:" + gone).find())
        .hasMessage("127.0.0.1:" + gone + ": nobody listens there");
    assertThatThrownBy(() -> Sources.parse("stun:127.0.0.1,family=ipv6").find())
        .hasMessage("the name 127.0.0.1 leads to no address that fits");
    assertThatThrownBy(() -> Sources.parse("stun:nowhere.invalid").find())
        .hasMessage("the name nowhere.invalid can't be resolved");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stun:a.example", "stun:a.example:3478", "stun:[2001:db8::1]"})
  void thePortMayBeLeftOut(String text) {
    StunSource source = (StunSource) Sources.parse(text);
    assertThat(source.server().port()).isEqualTo(3_478);
    assertThat(source).isEqualTo(Sources.parse(text));
    assertThat(source.isQuick()).isFalse();
  }
}
