package dev.rgap.outputs.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Limits the answers that each client network gets by UDP: one may save up the answers of a second,
 * and then gets so many a second.
 *
 * <p>The networks share a table of fixed size. Two that fall on one place share their limit, which
 * is rare and costs them little; senders can't make the table grow. Safe for all threads.
 */
final class RateLimiter {

  /** What to do with an answer. */
  enum Decision {
    SEND,
    /** Send an empty one with TC instead. */
    SLIP,
    DROP
  }

  private static final int PLACES = 1 << 16;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RateLimit limit;
  private final long seed;
  private final long nanosPerAnswer;

  /** When the place will have used up all it may: one that is a second ahead has to wait. */
  @GuardedBy("this")
  private final long[] usedUpAt = new long[PLACES];

  @GuardedBy("this")
  private final byte[] refused = new byte[PLACES];

  /**
   * Makes a limiter.
   *
   * @param seed makes the places that networks fall on unpredictable
   */
  RateLimiter(RateLimit limit, long seed, long nowNanos) {
    this.limit = limit;
    this.seed = seed;
    this.nanosPerAnswer = SECOND / limit.perSecond();
    Arrays.fill(usedUpAt, nowNanos);
  }

  synchronized Decision decide(InetAddress client, long nowNanos) {
    int place = place(IpAddress.of(client));
    if (usedUpAt[place] - nowNanos < 0) {
      usedUpAt[place] = nowNanos;
    }
    if (usedUpAt[place] - nowNanos + nanosPerAnswer <= SECOND) {
      usedUpAt[place] += nanosPerAnswer;
      return Decision.SEND;
    }
    refused[place]++;
    if (limit.slip() > 0 && refused[place] >= limit.slip()) {
      refused[place] = 0;
      return Decision.SLIP;
    }
    if (limit.slip() == 0) {
      refused[place] = 0;
    }
    return Decision.DROP;
  }

  private int place(IpAddress address) {
    IpAddress network =
        IpNetwork.prefix(address, address.isIpv4() ? limit.ipv4Prefix() : limit.ipv6Prefix());
    long mixed =
        ((network.high() * 0x9e3779b97f4a7c15L) ^ network.low() ^ seed) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 32)) * 0xc4ceb9fe1a85ec53L;
    return (int) (mixed >>> 40) & (PLACES - 1);
  }
}
