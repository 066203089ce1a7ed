package dev.rgap.benchmarks;

import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets all members of a large group expire within one second, and measures meanwhile how long
 * others have to wait: an announcement for its effect, and a DNS query for its answer.
 *
 * <p>Arguments: {@code LISTENER-HOST:PORT DNS-HOST:PORT MEMBERS EXPIRE-SECONDS RATE}; the key in
 * RGAP_PSK. The large group is group 1, with that {@code expire} and a {@code clock_skew} that lets
 * all be announced at that rate; its name is {@code mass.bench.example}. The announcements that are
 * timed are those of {@link EffectProbe}.
 */
public final class MassExpiry {

  private static final int MASS_GROUP = 1;
  private static final int PROBE_GROUPS = 1_500;
  private static final long PROBE_INTERVAL_MILLIS = 2;
  private static final long BASELINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private MassExpiry() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 5) {
      System.err.println(
          "Error: expected LISTENER-HOST:PORT DNS-HOST:PORT MEMBERS EXPIRE-SECONDS RATE");
      System.exit(1);
    }
    Endpoint listener = Endpoint.parse(args[0]);
    Endpoint dns = Endpoint.parse(args[1]);
    int members = Integer.parseInt(args[2]);
    long expireNanos = TimeUnit.SECONDS.toNanos(Long.parseLong(args[3]));
    long rate = Long.parseLong(args[4]);
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));
    HostClock clock = HostClock.system();

    Probe announcements = new EffectProbe(listener, dns, key, PROBE_GROUPS);
    DnsClient asking = new DnsClient(dns);
    Probe queries =
        new Probe(PROBE_INTERVAL_MILLIS) {
          @Override
          void once(int number) throws IOException {
            asking.ask("mass.bench.example");
          }
        };
    announcements.start();
    queries.start();
    Thread.sleep(
        TimeUnit.NANOSECONDS.toMillis(BASELINE_NANOS)); // not counted: still being compiled
    long baseline = System.nanoTime();
    Thread.sleep(TimeUnit.NANOSECONDS.toMillis(BASELINE_NANOS));

    Announcer crowd = new Announcer(listener, key);
    final long loading = System.nanoTime();
    final long firstMicros = clock.epochMicros();
    for (int sent = 0; sent < members; ) {
      long due = Math.min(members, (System.nanoTime() - loading) * rate / 1_000_000_000L);
      while (sent < due) {
        // Spread over one second, however long the sending takes.
        crowd.announce(MASS_GROUP, firstMicros + 1_000_000L * sent / members, sent++);
      }
      LockSupport.parkNanos(50_000);
    }
    final long loaded = System.nanoTime();

    long expiry = loading + expireNanos;
    LockSupport.parkNanos(expiry - System.nanoTime());
    DnsClient watching = new DnsClient(dns);
    while (watching.ask("mass.bench.example") > 0) {
      Thread.sleep(1);
    }
    long empty = System.nanoTime();
    announcements.ended = true;
    queries.ended = true;
    announcements.join();
    queries.join();

    System.out.printf(
        "%d members, announced at %d/s, all to expire within 1 s: gone %.2f s after the last one's"
            + " time%n",
        members, rate, (empty - expiry) / 1e9 - 1);
    announcements.report("announcement to effect, before", baseline, loading);
    announcements.report("  while they are announced", loading, loaded);
    announcements.report("  until the expiry", loaded, expiry);
    announcements.report("  while they expire", expiry, empty);
    queries.report("DNS query to answer, before", baseline, loading);
    queries.report("  while they are announced", loading, loaded);
    queries.report("  until the expiry", loaded, expiry);
    queries.report("  while they expire", expiry, empty);
  }
}
