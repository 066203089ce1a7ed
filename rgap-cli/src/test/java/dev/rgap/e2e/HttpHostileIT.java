package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of the HTTP API that stay, crowd, dawdle or go: announcements and queries go on. */
class HttpHostileIT {

  private static final int CLIENTS = 1_000;
  private static final int READING_NOTHING = 100;
  private static final int CONNECTIONS = 1_024;

  /** Above what it takes with one client. */
  private static final long MAX_MORE_KILOBYTES = 96 << 10;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int udp;
  private int tcp;
  private int dns;

  @BeforeEach
  void choosePorts() throws Exception {
    udp = Programs.freePort();
    tcp = Programs.freePort();
    dns = Programs.freePort();
  }

  private RunningProgram listener(String expire) throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups: [{id: 1000, psk: %s, expire: %s}]
            outputs:
            - {kind: dns, spec: {bind_address: '127.0.0.1:%d',
               mappings: {worker.example.com: {group: 1000}}}}
            http: {listen: ['127.0.0.1:%d']}
            """
                .formatted(udp, programs.key, expire, dns, tcp));
    return Programs.awaitReady(programs.start(Program.packagedListener("-c", config.toString())));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + tcp + path;
  }

  private static Program curl(String... arguments) {
    return Program.of(Tools.require("curl", "curl"), "-sS", "-N").and(arguments);
  }

  private void announce(String address) throws Exception {
    programs.announce(address, "-d", "127.0.0.1:" + udp);
  }

  private static String lastId(RunningProgram stream) {
    return stream.out().matching("^id: ").getLast().substring("id: ".length());
  }

  @Test
  void eventsAreReplayedAndARestartIsAReset() throws Exception {
    RunningProgram first = listener("10m");
    RunningProgram stream = programs.start(curl(url("/v1/events?group=1000")));
    stream.out().await("^event: hello");
    announce("192.0.2.1");
    stream.out().await("\"address\":\"192.0.2.1\",\"size\":1,\"ready\":true");
    String known = lastId(stream);
    stream.signal("KILL");
    announce("192.0.2.2");

    RunningProgram again = programs.start(curl("-H", "Last-Event-ID: " + known, url("/v1/events")));

    again.out().await("\"address\":\"192.0.2.2\",\"size\":2");
    assertThat(again.out().matching("192\\.0\\.2\\.1|hello")).isEmpty();
    known = lastId(again);
    first.stop();
    int _ = again.awaitExit(); // at once, be it in the middle of an answer

    RunningProgram _ = listener("10m");
    RunningProgram after = programs.start(curl("-H", "Last-Event-ID: " + known, url("/v1/events")));
    after.out().await("^event: reset");
    announce("192.0.2.3");
    after.out().await("\"address\":\"192.0.2.3\"");
  }

  @Test
  void crowdsDisturbNobody() throws Exception {
    RunningProgram listener = listener("4s");
    Path process = Path.of("/proc", Long.toString(listener.process().pid()));
    try (Announcer announcer =
            new Announcer(
                programs.key, new InetSocketAddress(InetAddress.getLoopbackAddress(), udp));
        DnsClient client =
            new DnsClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), dns))) {
      announcer.join("192.0.2.1");
      assertAnswers(client, "192.0.2.1");
      long descriptors = count(process.resolve("fd"));
      long threads = count(process.resolve("task"));
      long kilobytes = kilobytes(process);

      try (Crowd crowd = new Crowd(tcp)) {
        List<SocketChannel> slow = crowd.drip(CLIENTS, "/v1/groups");
        announcer.join("192.0.2.2");
        assertAnswers(client, "192.0.2.2");
        crowd.leaveAtEachByte("/v1/groups");
        crowd.getAndForget(READING_NOTHING, "/v1/events");
        crowd.get(CLIENTS - READING_NOTHING, "/v1/events");
        announcer.join("192.0.2.3");
        assertAnswers(client, "192.0.2.3");
        Eventually.equal(() -> number("rgap_http_event_clients"), (double) CLIENTS);

        // So much happens that those who read nothing are in the way of it.
        AtomicInteger wave = new AtomicInteger();
        Eventually.equal(
            () -> {
              drip(slow);
              List<String> passing = addresses(wave.getAndIncrement());
              announcer.join(passing);
              announcer.leave(passing.toArray(String[]::new));
              return number("rgap_http_event_clients");
            },
            (double) (CLIENTS - READING_NOTHING));
        Eventually.equal(crowd::ended, CLIENTS); // those who were slow
        announcer.join("192.0.2.5");
        assertAnswers(client, "192.0.2.5");
        assertThat(crowd.received()).isGreaterThan(CLIENTS * 1_000L);
        assertThat(kilobytes(process) - kilobytes).isLessThan(MAX_MORE_KILOBYTES);
        assertThat(number("rgap_http_connections")).isLessThanOrEqualTo(CONNECTIONS);
      }

      Eventually.see(
          "descriptors", () -> count(process.resolve("fd")), open -> open < descriptors + 10);
      Eventually.see(
          "threads", () -> count(process.resolve("task")), present -> present < threads + 10);
      Eventually.equal(() -> number("rgap_http_event_clients"), 0.0);
      announcer.join("192.0.2.6");
      assertAnswers(client, "192.0.2.6");
    }
    assertThat(listener.log().matching("WARN|ERROR")).isEmpty();
  }

  @Test
  void aHostWithManyStreamsKeepsNobodyOut() throws Exception {
    RunningProgram _ = listener("10m");
    announce("192.0.2.1");
    try (Crowd crowd = new Crowd(tcp, InetAddress.ofLiteral("127.0.0.2"))) {
      crowd.get(CONNECTIONS + 300, "/v1/events");
      Eventually.see(
          "streams",
          () -> number("rgap_http_event_clients"),
          streams -> streams > CONNECTIONS - 20);

      crowd.get(40, "/v1/events"); // in place of those who have left for the question
      assertThat(curl(url("/v1/groups/1000/lines")).run()).isEqualTo("192.0.2.1\n");
    }
  }

  /** A new member is in the answers by DNS and by HTTP. */
  private void assertAnswers(DnsClient client, String address) throws Exception {
    Eventually.see(
        "the answer by HTTP",
        () -> curl(url("/v1/groups/1000/lines")).run(),
        members -> members.contains(address + "\n"));
    Eventually.see(
        "the answer by DNS",
        () -> client.ask("worker.example.com", DnsClient.A),
        answer -> answer.code() == DnsClient.NOERROR);
  }

  private static List<String> addresses(int wave) {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      addresses.add("10." + wave / 250 + "." + wave % 250 + "." + i);
    }
    return addresses;
  }

  private static void drip(List<SocketChannel> slow) {
    for (SocketChannel each : slow) {
      try {
        int _ = each.write(ByteBuffer.wrap(new byte[] {'x'}));
      } catch (IOException e) {
        // Was sent away.
      }
    }
  }

  /** The first sample of a number. */
  private double number(String name) throws Exception {
    return curl(url("/metrics"))
        .run()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private static long kilobytes(Path process) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }
}
