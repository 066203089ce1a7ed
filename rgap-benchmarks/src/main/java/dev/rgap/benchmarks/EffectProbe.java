package dev.rgap.benchmarks;

import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Measures the time from an announcement to its effect: each makes an empty group one of one
 * member, and is done when that is the answer of DNS. So a time is that of the ingest and of one or
 * two queries. The groups from 1000 on take turns, named {@code p0.bench.example} and so on, whose
 * {@code expire} is 2 s: they have their turns after 3 s.
 */
final class EffectProbe extends Probe {

  private static final int FIRST_GROUP = 1_000;
  private static final int CYCLE_MILLIS = 3_000;

  private final Announcer announcer;
  private final DnsClient dns;
  private final int groups;
  private final HostClock clock = HostClock.system();

  EffectProbe(Endpoint listener, Endpoint dns, PreSharedKey key, int groups) throws IOException {
    super(CYCLE_MILLIS / groups);
    this.groups = groups;
    this.announcer = new Announcer(listener, key);
    this.dns = new DnsClient(dns);
  }

  @Override
  void once(int number) throws IOException {
    int group = number % groups;
    announcer.announce(FIRST_GROUP + group, clock.epochMicros(), number);
    long again = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DnsClient.PATIENCE_MILLIS);
    while (dns.ask("p" + group + ".bench.example") == 0) {
      if (System.nanoTime() - again > 0) {
        // Lost, or too late: shows as a measurement of this length.
        return;
      }
    }
  }
}
