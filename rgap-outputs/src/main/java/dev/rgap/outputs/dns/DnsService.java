package dev.rgap.outputs.dns;

import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

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

  /** Asked once: nothing that a client does may set the volume of a log that nobody wanted. */
  private final boolean logging = LOG.isLoggable(Level.DEBUG);

  /** Makes the service; the random numbers need not be unpredictable but for the rate limit's. */
  DnsService(DnsConfig config, Catalog catalog, HostClock clock, long seed, Metrics metrics) {
    this.metrics = metrics;
    this.stats = new DnsStats(metrics);
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
    log(client, output, 0, answer);
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

  /** Shows, at level debug, who asked what and with which code it was answered. */
  void log(InetAddress client, byte[] answer, int from, int length) {
    if (!logging || length == Responder.NONE) {
      return;
    }
    try {
      Message message = new Message(Arrays.copyOfRange(answer, from, from + length));
      LOG.log(
          Level.DEBUG,
          "DNS query of {0}: {1}: {2}",
          IpAddress.describe(client),
          message.getQuestion() == null ? "malformed" : message.getQuestion().toString(),
          Rcode.string(message.getRcode()));
    } catch (IOException e) {
      LOG.log(Level.ERROR, "an answer of this name server can't be read", e);
    }
  }
}
