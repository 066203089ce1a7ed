package dev.rgap.outputs.dns;

import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Optional;
import java.util.SplittableRandom;

/** What the sockets of one name server have in common. Safe for all threads. */
final class DnsService {

  private static final System.Logger LOG = System.getLogger(DnsService.class.getName());

  final DnsConfig config;
  final Metrics metrics;
  final DnsStats stats;
  private final Catalog catalog;
  private final HostClock clock;
  private final AccessList access;
  private final Optional<RateLimiter> limiter;
  private final Optional<ServerId> serverId;

  /** Asked once: nothing that a client does may set the volume of a log that nobody wanted. */
  private final boolean logging = LOG.isLoggable(Level.DEBUG);

  /** Makes the service; the random numbers need not be unpredictable but for the rate limit's. */
  DnsService(DnsConfig config, Catalog catalog, HostClock clock, long seed, Metrics metrics) {
    this.metrics = metrics;
    this.stats = new DnsStats(metrics);
    this.config = config;
    this.catalog = catalog;
    this.clock = clock;
    this.serverId = config.serverId().flatMap(ServerId::of);
    this.access = new AccessList(config.allow());
    this.limiter = config.rateLimit().map(limit -> new RateLimiter(limit, seed, clock.nanoTime()));
  }

  /** A responder for one thread. */
  Responder responder() {
    return responder(new SplittableRandom());
  }

  /** The same, with the numbers that it is to take. */
  Responder responder(SplittableRandom random) {
    return new Responder(catalog, config, stats, serverId, random);
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
    if (answer == Responder.NONE) {
      return answer;
    }
    log(client, responder);
    if (limiter.isEmpty()) {
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

  /** Shows, at level debug, who asked what and how the responder has just answered it. */
  void log(InetAddress client, Responder responder) {
    if (logging) {
      LOG.log(Level.DEBUG, "DNS query of {0}: {1}", IpAddress.describe(client), responder.shown());
    }
  }
}
