package dev.rgap.outputs.dns;

import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What the sockets of one name server have in common. Safe for all threads.
 *
 * <p>It can be given another configuration while they are open. Each query is answered by one or by
 * the other.
 */
final class DnsService {

  private static final System.Logger LOG = System.getLogger(DnsService.class.getName());

  /** What goes by the configuration. */
  private record Served(
      DnsConfig config,
      Catalog catalog,
      AccessList access,
      Optional<RateLimiter> limiter,
      Optional<ServerId> serverId) {}

  final Metrics metrics;
  final DnsStats stats;
  private final HostClock clock;
  private final long seed;
  private volatile Served served;

  /** Asked once: nothing that a client does may set the volume of a log that nobody wanted. */
  private final boolean logging = LOG.isLoggable(Level.DEBUG);

  /** Makes the service; the random numbers need not be unpredictable but for the rate limit's. */
  DnsService(DnsConfig config, Catalog catalog, HostClock clock, long seed, Metrics metrics) {
    this.metrics = metrics;
    this.stats = new DnsStats(metrics);
    this.clock = clock;
    this.seed = seed;
    this.served = served(config, catalog, limiter(config));
  }

  private static Served served(DnsConfig config, Catalog catalog, Optional<RateLimiter> limiter) {
    return new Served(
        config,
        catalog,
        new AccessList(config.allow()),
        limiter,
        config.serverId().flatMap(ServerId::of));
  }

  private Optional<RateLimiter> limiter(DnsConfig config) {
    return config.rateLimit().map(limit -> new RateLimiter(limit, seed, clock.nanoTime()));
  }

  /** Goes by another configuration from now on. What clients have had of their limits counts. */
  void change(DnsConfig config, Membership membership) {
    Served before = served;
    Catalog catalog = new Catalog(config, membership, clock);
    catalog.follow(before.catalog);
    boolean sameLimit = config.rateLimit().equals(before.config.rateLimit());
    served = served(config, catalog, sameLimit ? before.limiter : limiter(config));
  }

  DnsConfig config() {
    return served.config;
  }

  /** A responder for one thread. */
  Responder responder() {
    return responder(new SplittableRandom());
  }

  /** The same, with the numbers that it is to take. */
  Responder responder(SplittableRandom random) {
    Served now = served;
    return new Responder(now.catalog, now.config, stats, now.serverId, random);
  }

  /** The responder, or another one if this one goes by a configuration of before. */
  Responder current(Responder responder) {
    return responder.answersFrom(served.catalog) ? responder : responder();
  }

  boolean allows(InetAddress client) {
    return served.access.allows(client);
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
    Optional<RateLimiter> limiter = served.limiter;
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
