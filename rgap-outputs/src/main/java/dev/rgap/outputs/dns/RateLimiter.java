package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.DnsConfig.RateLimit;
import dev.rgap.protocol.IpAddress;
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
  private final long[] usedUpAt = new long[PLACES];

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
    boolean ipv4 = address.isIpv4();
    int prefix = ipv4 ? 96 + limit.ipv4Prefix() : limit.ipv6Prefix();
    long high = address.high() & mask(Math.min(prefix, 64));
    long low = address.low() & mask(Math.max(prefix - 64, 0));
    long mixed = ((high * 0x9e3779b97f4a7c15L) ^ low ^ seed) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 32)) * 0xc4ceb9fe1a85ec53L;
    return (int) (mixed >>> 40) & (PLACES - 1);
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }
}
