package dev.rgap.e2e;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how soon a change of the membership is answered: from sending a member's first
 * announcement to an answer with it, and from its expiry to an answer without it. Not a test: a
 * busy machine makes any bound wrong.
 *
 * <pre>
 *   ./mvnw -q package -DskipTests
 *   cd rgap-cli &amp;&amp; java -cp "target/test-classes:target/dist/lib/*:$ASSERTJ" \
 *       dev.rgap.e2e.DnsFreshness 500
 * </pre>
 *
 * <p>One query is under way at a time, over UDP on the loopback interface, and the next one is sent
 * when its answer has come. So a figure holds the time of one to two queries; that of one is shown,
 * too.
 */
final class DnsFreshness {

  private static final Duration EXPIRE = Duration.ofMillis(500);

  /** How long before an expiry the asking begins. */
  private static final Duration AHEAD = Duration.ofMillis(20);

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Members that stay, announced five times a second. */
  private static final int STEADY = 10;

  private static final int WARM_UP = 20_000;

  /** Rounds that don't count. */
  private static final int FIRST_ROUNDS = 50;

  private final Announcer announcer;
  private final DnsClient client;

  private DnsFreshness(Announcer announcer, DnsClient client) {
    this.announcer = announcer;
    this.client = client;
  }

  /** Measures as many rounds as the argument says; 500 if there is none. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
    Path directory = Files.createTempDirectory("rgap-freshness");
    try (Programs programs = new Programs()) {
      int port = Programs.freePort();
      int announcements = Programs.freePort();
      Path config =
          NameServer.config(
              programs,
              directory,
              EXPIRE.toMillis() + "ms",
              announcements,
              "127.0.0.1:" + port,
              NameServer.WORKERS);
      RunningProgram listener =
          Programs.awaitReady(programs.start(optimising("listener", "-c", config.toString())));
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      try (Announcer announcer =
              new Announcer(programs.key, new InetSocketAddress(loopback, announcements));
          DnsClient client = new DnsClient(new InetSocketAddress(loopback, port))) {
        new DnsFreshness(announcer, client).measure(rounds);
      }
      listener.stop();
      Files.delete(config);
    }
    Files.delete(directory);
  }

  /** The program as the launcher runs a listener: one that is worth optimising. */
  private static Program optimising(String... arguments) {
    Program rgap = Program.rgap(arguments);
    List<String> words = new ArrayList<>(rgap.words());
    words.remove("-XX:TieredStopAtLevel=1");
    return new Program(words, rgap.environment(), rgap.directory(), rgap.stderr());
  }

  /** Makes the listener one that has been at work for a while. */
  private void warmUp() throws IOException {
    announcer.join(NameServer.many(STEADY));
    for (int i = 0; i < WARM_UP; i++) {
      long _ = announcer.announce(IpAddress.parse("10.1.0.1"));
      DnsClient.Answer _ = client.ask(NameServer.NAME, DnsClient.A);
    }
  }

  private void measure(int rounds) throws IOException, InterruptedException {
    long[] joins = new long[rounds];
    long[] expiries = new long[rounds];
    long[] queries = new long[rounds];
    warmUp();
    for (int i = -FIRST_ROUNDS; i < rounds; i++) {
      IpAddress member = IpAddress.ofIpv4(0x0a02_0000 + i + FIRST_ROUNDS);
      long announced = System.nanoTime();
      long _ = announcer.announce(member);
      long joined = until(member, true);
      DnsClient.Answer _ = client.ask(NameServer.NAME, DnsClient.A);
      long query = System.nanoTime() - joined;
      long expiry = announced + EXPIRE.toNanos();
      Thread.sleep(Duration.ofNanos(Math.max(0, expiry - AHEAD.toNanos() - System.nanoTime())));
      long gone = until(member, false);
      if (i >= 0) {
        joins[i] = joined - announced;
        expiries[i] = gone - expiry;
        queries[i] = query;
      }
    }
    report("first announcement sent -> answer with it", joins);
    report("expiry -> answer without it", expiries);
    report("one query", queries);
  }

  /** Asks until the member is or isn't answered; the time when it was so. */
  private long until(IpAddress member, boolean present) throws IOException {
    String text = member.toString();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (client.addresses(NameServer.NAME, DnsClient.A).contains(text) != present) {
      if (System.nanoTime() > end) {
        throw new IOException(text + (present ? " did not join" : " did not leave"));
      }
    }
    return System.nanoTime();
  }

  private static void report(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s, of %d: min %.3f ms, p50 %.3f ms, p99 %.3f ms, max %.3f ms%n",
        what,
        nanos.length,
        nanos[0] / 1e6,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }
}
