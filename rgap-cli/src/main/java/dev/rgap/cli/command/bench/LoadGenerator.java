package dev.rgap.cli.command.bench;

import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Makes the signed announcements of many addresses on schedule: the number <i>i</i>, from 0, is due
 * <i>i</i> / rate seconds after the start. What is late is made up for as fast as possible.
 *
 * <p>Timestamps are those of the wall clock, but each is later than the one before.
 */
final class LoadGenerator {

  static final int MAX_ADDRESSES = 1 << 24;
  static final long MAX_RATE = 1_000_000_000;

  private static final long SECOND = 1_000_000_000;

  /** Datagrams between two looks at the clock, at most. */
  private static final int BATCH = 64;

  /** The longest sleep, so that a request to stop is soon noticed. */
  private static final long MAX_PAUSE = 100_000_000;

  private static final IpAddress FIRST_IPV4 = IpAddress.parse("10.0.0.0");
  private static final IpAddress FIRST_IPV6 = IpAddress.parse("2001:db8::");

  /** What is wrong with each datagram. */
  enum Spoil {
    NONE,
    /** A bit of the signature is flipped. */
    SIGNATURE,
    /** A byte is missing. */
    SIZE,
    /** It is of a version that doesn't exist yet. */
    VERSION,
    /** Bit 62 of the group id is flipped; the signature is good. */
    GROUP;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is announced.
   *
   * @param firstGroup the bits of the first group's id; the other groups have the ids after it
   * @param groups how many groups the addresses are dealt out to in turn
   * @param addresses how many addresses are announced, over and over
   * @param ipv6 whether they are 2001:db8:: and the ones after it; else 10.0.0.0 and so on
   * @param rate datagrams a second; 0 for as many as possible
   * @param duration when to end; zero after each address has been announced once
   */
  record Load(
      long firstGroup,
      int groups,
      int addresses,
      boolean ipv6,
      long rate,
      Duration duration,
      Spoil spoil,
      PreSharedKey key) {}

  private final Load load;
  private final Impairment network;
  private final HostClock clock;
  private final LongConsumer sleep;
  private final BooleanSupplier stop;
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final byte[] datagram = new byte[AnnouncementCodec.SIZE];
  private long made;
  private int next;
  private long timestampMicros = Long.MIN_VALUE;

  /**
   * A generator that has not started.
   *
   * @param network takes the datagrams
   * @param sleep lets about this many nanoseconds pass
   * @param stop whether to end early
   */
  LoadGenerator(
      Load load, Impairment network, HostClock clock, LongConsumer sleep, BooleanSupplier stop) {
    this.load = load;
    this.network = network;
    this.clock = clock;
    this.sleep = sleep;
    this.stop = stop;
  }

  /**
   * Runs until the time is over or it is stopped.
   *
   * @return how long it took
   */
  Duration run() {
    boolean once = load.duration().isZero();
    long end = once ? Long.MAX_VALUE : load.duration().toNanos();
    long all = once ? load.addresses() : Long.MAX_VALUE;
    long start = clock.nanoTime();
    while (made < all && !stop.getAsBoolean()) {
      long elapsed = clock.nanoTime() - start;
      if (elapsed >= end) {
        if (load.rate() > 0) {
          // What came due in the last sleep, which took too long: that there are as many as asked
          // for.
          makeSome(dueBy(end - 1));
        }
        break;
      }
      long due = Math.min(all, dueBy(elapsed));
      if (made < due) {
        makeSome(due);
      } else {
        sleep.accept(Math.min(MAX_PAUSE, Math.min(end, timeOf(made)) - elapsed));
      }
    }
    network.flush();
    return Duration.ofNanos(clock.nanoTime() - start);
  }

  /** How many datagrams are due at this time; in whole numbers, which don't drift. */
  private long dueBy(long elapsed) {
    long rate = load.rate();
    return rate == 0
        ? Long.MAX_VALUE
        : elapsed / SECOND * rate + elapsed % SECOND * rate / SECOND + 1;
  }

  /** When the datagram of this number is due. */
  private long timeOf(long number) {
    long rate = load.rate();
    return number / rate * SECOND + Math.ceilDiv(number % rate * SECOND, rate);
  }

  private void makeSome(long due) {
    int count = (int) Math.min(BATCH, due - made);
    IpAddress first = load.ipv6() ? FIRST_IPV6 : FIRST_IPV4;
    Spoil spoil = load.spoil();
    long groupFlip = spoil == Spoil.GROUP ? 1L << 62 : 0;
    int length = spoil == Spoil.SIZE ? AnnouncementCodec.SIZE - 1 : AnnouncementCodec.SIZE;
    timestampMicros = Math.max(timestampMicros, clock.epochMicros() - 1);
    for (int i = 0; i < count; i++) {
      timestampMicros++;
      signer.sign(
          (load.firstGroup() + next % load.groups()) ^ groupFlip,
          timestampMicros,
          first.high(),
          first.low() + next,
          load.key(),
          datagram);
      if (spoil == Spoil.SIGNATURE) {
        datagram[AnnouncementCodec.SIZE - 1] ^= 1;
      } else if (spoil == Spoil.VERSION) {
        datagram[0] = 3;
      }
      network.send(datagram, length);
      next = next + 1 == load.addresses() ? 0 : next + 1;
    }
    made += count;
  }
}
