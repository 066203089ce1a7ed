package dev.rgap.outputs.dns;

import dev.rgap.time.HostClock;
import java.net.InetAddress;
import java.util.Optional;
import java.util.SplittableRandom;

/** What the sockets of one name server have in common. Safe for all threads. */
final class DnsService {

  final DnsConfig config;
  final DnsStats stats = new DnsStats();
  private final Catalog catalog;
  private final HostClock clock;
  private final AccessList access;
  private final Optional<RateLimiter> limiter;

  /** Makes the service; the random numbers need not be unpredictable but for the rate limit's. */
  DnsService(DnsConfig config, Catalog catalog, HostClock clock, long seed) {
    this.config = config;
    this.catalog = catalog;
    this.clock = clock;
    this.access = new AccessList(config.allow());
    this.limiter = config.rateLimit().map(limit -> new RateLimiter(limit, seed, clock.nanoTime()));
  }

  /** A responder for one thread. */
  Responder responder() {
    return new Responder(catalog, config, stats, new SplittableRandom());
  }

  boolean allows(InetAddress client) {
    return access.allows(client);
  }

  /**
   * Answers a message that came by UDP.
   *
   * @return the length of the answer, or {@link Responder#NONE}
   */
  int respondUdp(
      Responder responder, byte[] message, int length, InetAddress client, byte[] output) {
    int answer = responder.respond(message, length, false, allows(client), output);
    if (answer == Responder.NONE || limiter.isEmpty()) {
      return answer;
    }
    return switch (limiter.get().decide(client, clock.nanoTime())) {
      case SEND -> answer;
      case SLIP -> {
        stats.slipped.increment();
        yield responder.truncate();
      }
      case DROP -> {
        stats.rateLimited.increment();
        yield Responder.NONE;
      }
    };
  }
}
