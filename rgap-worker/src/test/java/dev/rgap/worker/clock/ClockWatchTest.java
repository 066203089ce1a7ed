package dev.rgap.worker.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.metrics.Metrics;
import dev.rgap.testing.ConfigTree;
import dev.rgap.testing.DocumentedMetrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.Scheduler;
import dev.rgap.worker.udp.UdpServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SNTP, byte by byte, and what is said of what servers answer. */
@Timeout(60)
class ClockWatchTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00.5Z");
  private static final Duration ROUND = Duration.ofSeconds(64);
  private static final long EPOCH = 2_208_988_800L;

  private final ManualClock clock = new ManualClock(NOW);
  private final Metrics metrics = new Metrics();
  private final List<UdpServer> servers = new ArrayList<>();
  private final LogCapture log = LogCapture.of(ClockWatch.class.getName(), Level.ALL);

  @AfterEach
  void close() {
    servers.forEach(UdpServer::close);
    log.close();
  }

  private static long timestamp(Instant time) {
    return (time.getEpochSecond() + EPOCH) << 32 | (((long) time.getNano()) << 32) / 1_000_000_000;
  }

  /**
   * The answer of a server whose clock is ahead of the host's. Fractions of a second that are sums
   * of 1/2, 1/4 and so on are exact in it.
   */
  private byte[] answer(byte[] request, Duration ahead) {
    long time = timestamp(clock.instant().plus(ahead));
    return ByteBuffer.allocate(48)
        .put((byte) 0x24) // no leap second, version 4, server
        .put((byte) 2)
        .put((byte) 6)
        .put((byte) -20)
        .putInt(0x0100)
        .putInt(0x0100)
        .putInt(0x7f000001)
        .putLong(time)
        .putLong(ByteBuffer.wrap(request).getLong(40))
        .putLong(time)
        .putLong(time)
        .array();
  }

  /** The same from a server that changes it. */
  private String server(Duration ahead, UnaryOperator<byte[]> change) throws IOException {
    UdpServer server =
        new UdpServer("127.0.0.1", request -> List.of(change.apply(answer(request, ahead))));
    servers.add(server);
    return "ntp://127.0.0.1:" + server.port();
  }

  private String server(Duration ahead) throws IOException {
    return server(ahead, answer -> answer);
  }

  private ClockWatch watch(String... urls) {
    ClockWatch watch =
        new ClockWatch(
            new ClockConfig(List.of(urls), Duration.ofSeconds(1)),
            clock.scheduler(),
            metrics,
            Duration.ofSeconds(20));
    watch.start();
    clock.runDue();
    return watch;
  }

  private double offset(String url) {
    return metrics
        .gauge(
            "rgap_clock_offset_seconds",
            "How far this host's clock is ahead of the server's",
            "server",
            url)
        .value();
  }

  @Test
  void aRightClockIsNotWorthALine() throws IOException {
    String url = server(Duration.ofMillis(250));
    ClockWatch watch = watch(url);
    assertThat(watch.offset()).contains(Duration.ofMillis(-250));
    assertThat(offset(url)).isEqualTo(-0.25);
    assertThat(log.lines(Level.INFO)).isEmpty();
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @Test
  void itsNumberIsDocumented() throws IOException {
    var _ = watch(server(Duration.ZERO));
    assertThat(DocumentedMetrics.kept(metrics)).isEqualTo(DocumentedMetrics.documented("Clock"));
  }

  @Test
  void requestsTellNothingOfThisHost() throws IOException {
    var _ = watch(server(Duration.ZERO));
    clock.advance(ROUND);
    List<byte[]> requests = servers.getFirst().requests;
    assertThat(requests).hasSize(2);
    for (byte[] request : requests) {
      assertThat(request).hasSize(48).startsWith(0x23); // version 4, client
      assertThat(ByteBuffer.wrap(request, 1, 39)).isEqualTo(ByteBuffer.allocate(39));
    }
    assertThat(ByteBuffer.wrap(requests.get(0)).getLong(40))
        .isNotEqualTo(ByteBuffer.wrap(requests.get(1)).getLong(40));
  }

  @Test
  void aClockThatComesToBeWrongAndRightIsSaidOnceEach() throws IOException {
    long start = clock.nanoTime();
    UdpServer server =
        new UdpServer(
            "127.0.0.1",
            request -> {
              Instant now = NOW.plusNanos(clock.nanoTime() - start);
              return List.of(answer(request, Duration.between(clock.instant(), now)));
            });
    servers.add(server);
    ClockWatch watch = watch("ntp://127.0.0.1:" + server.port());
    clock.stepWallClock(Duration.ofMillis(-12_345));
    clock.advance(ROUND.multipliedBy(3));
    assertThat(watch.offset()).contains(Duration.ofMillis(-12_345));
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "this host's clock is 12.345s behind by 1 of 1 time servers;"
                + " listeners may reject what it announces");
    clock.stepWallClock(Duration.ofMillis(12_345));
    clock.advance(ROUND.multipliedBy(3));
    assertThat(log.lines(Level.INFO))
        .containsExactly("this host's clock is right by 1 of 1 time servers");
    assertThat(log.lines(Level.WARNING)).hasSize(1);
  }

  @Test
  void theMedianDecides() throws IOException {
    ClockWatch watch =
        watch(
            server(Duration.ofDays(-400)),
            server(Duration.ofNanos(15_625_000)),
            server(Duration.ofNanos(31_250_000)),
            server(Duration.ofDays(400)),
            server(Duration.ofNanos(62_500_000)));
    assertThat(watch.offset()).contains(Duration.ofNanos(-31_250_000));
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0xe4, it does not know what time it is", // leap indicator 3
    "1, 16, it does not know what time it is", // stratum
    "1, 0, it asks not to be asked (kiss code unknown)",
  })
  void serversThatDoNotKnowAreNotBelieved(int at, String value, String expected)
      throws IOException {
    String url =
        server(
            Duration.ZERO,
            answer -> {
              answer[at] = (byte) (int) Integer.decode(value);
              return answer;
            });
    ClockWatch watch = watch(url);
    clock.advance(ROUND.multipliedBy(5));
    assertThat(watch.offset()).isEmpty();
    assertThat(offset(url)).isNaN();
    assertThat(log.lines(Level.WARNING))
        .containsExactly("no time server tells what time it is: " + url + ": " + expected);
  }

  @Test
  void anAnswerWithoutATimeIsNone() {
    ByteBuffer message = ByteBuffer.wrap(answer(new byte[48], Duration.ZERO)).putLong(40, 0);
    assertThatThrownBy(() -> SntpPacket.read(message, 0)).hasMessage("its answer has no time");
  }

  @Test
  void whatIsNoAnswerToTheRequestIsIgnored() throws IOException {
    UdpServer server =
        new UdpServer(
            "127.0.0.1",
            request -> {
              byte[] other = answer(request, Duration.ofDays(1));
              other[31] ^= 1; // of the originate timestamp
              byte[] client = answer(request, Duration.ofDays(1));
              client[0] = 0x23;
              return List.of(
                  new byte[0],
                  new byte[47],
                  request,
                  other,
                  client,
                  answer(request, Duration.ZERO));
            });
    servers.add(server);
    assertThat(watch("ntp://127.0.0.1:" + server.port()).offset()).contains(Duration.ZERO);
  }

  @Test
  void whoeverAsksForLessIsAskedLess() throws IOException {
    String rate = server(Duration.ZERO, answer -> kiss(answer, "RATE"));
    String deny = server(Duration.ZERO, answer -> kiss(answer, "DENY"));
    ClockWatch watch = watch(rate, deny);
    clock.advance(ROUND.multipliedBy(20));
    assertThat(watch.offset()).isEmpty();
    // In rounds 0, 2, 5, 10 and 19: it is left out of 1, 2, 4 and 8 in between.
    assertThat(servers.get(0).requests).hasSize(5);
    assertThat(servers.get(1).requests).hasSize(1);
  }

  private static byte[] kiss(byte[] answer, String code) {
    answer[1] = 0;
    System.arraycopy(code.getBytes(StandardCharsets.US_ASCII), 0, answer, 12, 4);
    return answer;
  }

  @Test
  void serversThatAreGoneHarmNoOthers() throws IOException {
    String gone = server(Duration.ZERO);
    servers.removeFirst().close();
    ClockWatch watch = watch(gone, "ntp://nowhere.invalid", server(Duration.ofSeconds(5)));
    assertThat(watch.offset()).contains(Duration.ofSeconds(-5));
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "this host's clock is 5s behind by 1 of 3 time servers;"
                + " listeners may reject what it announces");
    servers.getFirst().close();
    clock.advance(ROUND);
    assertThat(log.lines(Level.WARNING)).hasSize(2);
    assertThat(log.lines(Level.WARNING).getLast())
        .startsWith("no time server tells what time it is: " + gone + ": nobody listens there; ")
        .contains("ntp://nowhere.invalid: its name can't be resolved");
  }

  @Test
  void whenItIsClosedNobodyIsWaitedFor() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    UdpServer silent =
        new UdpServer(
            "127.0.0.1",
            request -> {
              asked.countDown();
              return List.of();
            });
    servers.add(silent);
    String url = "ntp://127.0.0.1:" + silent.port();
    ClockWatch watch =
        new ClockWatch(
            new ClockConfig(List.of(url, server(Duration.ZERO)), Duration.ofSeconds(1)),
            Scheduler.onThread("test-clock", clock),
            metrics,
            Duration.ofHours(1));
    watch.start();
    asked.await();
    watch.close();
    assertThat(metrics.snapshot().families()).isEmpty();
    assertThat(servers.getLast().requests).isEmpty();
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2036-02-07T06:28:15Z", "2036-02-07T06:28:17Z", "2099-01-01T00:00:00Z"})
  void secondsGoOnAfterTheirOverflow(String time) throws IOException {
    byte[] answer = answer(new byte[48], Duration.between(NOW, Instant.parse(time)));
    Instant read = Instant.parse(time);
    assertThat(SntpPacket.read(ByteBuffer.wrap(answer), 0))
        .isEqualTo(new SntpPacket.Answer(read, read));
  }

  private static Optional<ClockConfig> read(@Nullable Object setting, int problems) {
    Problems all = new Problems();
    Optional<ClockConfig> config =
        ClockConfig.read(ConfigValue.root(new ConfigTree().node(setting), all));
    assertThat(all.all()).hasSize(problems);
    return config;
  }

  @Test
  void isReadFromAFile() {
    Duration second = Duration.ofSeconds(1);
    assertThat(read(null, 0)).isEmpty();
    assertThat(read("ntp://a.example", 0))
        .contains(new ClockConfig(List.of("ntp://a.example"), second));
    assertThat(read(List.of("ntp://a.example", "ntp://[2001:db8::1]:1230", "ntp://a.example"), 0))
        .contains(new ClockConfig(List.of("ntp://a.example", "ntp://[2001:db8::1]:1230"), second));
    assertThat(read(Map.of("servers", "ntp://a.example", "max_offset", "50ms"), 0))
        .contains(new ClockConfig(List.of("ntp://a.example"), Duration.ofMillis(50)));
    assertThat(read("a.example", 1)).isEmpty();
    assertThat(read(List.of(), 1)).isEmpty();
    assertThat(read("ntp://:123", 1)).isEmpty();
    assertThat(read(Map.of("max_offset", "0s", "server", "ntp://a.example"), 3)).isEmpty();
  }
}
