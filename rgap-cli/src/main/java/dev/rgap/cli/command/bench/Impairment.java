package dev.rgap.cli.command.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Does to datagrams what a bad network does, the same each time for the same seed, and counts them.
 * Without impairment it only passes them on, and allocates nothing. Not safe for use by several
 * threads.
 */
final class Impairment {

  /** A datagram that is held back lets at least 1 and at most this many others overtake it. */
  static final int MAX_OVERTAKING = 32;

  /** Where datagrams go. */
  @FunctionalInterface
  interface Sink {
    /** Sends the first bytes of an array that is used again afterwards. */
    void send(byte[] datagram, int length) throws IOException;
  }

  /**
   * How bad the network is: probabilities from 0 to 1.
   *
   * @param loss that a datagram is not sent
   * @param duplicate that one is sent twice
   * @param reorder that one is held back until 1 to {@value #MAX_OVERTAKING} later ones had their
   *     turn; if it is sent twice, too, only the first copy is
   */
  record Odds(double loss, double duplicate, double reorder) {
    static final Odds NONE = new Odds(0, 0, 0);
  }

  /**
   * What became of the datagrams.
   *
   * @param sent how many were sent, duplicates included
   * @param lost how many were made but not sent on purpose
   * @param duplicated how many were handed to the sink a second time
   * @param reordered how many were held back
   * @param errors how many could not be sent
   */
  record Counts(long sent, long lost, long duplicated, long reordered, long errors) {

    /** All of it in a line, with the rate at which they were sent. */
    String summary(Duration elapsed) {
      double seconds = Math.max(1, elapsed.toNanos()) / 1e9;
      return String.format(
          Locale.ROOT,
          "sent %d (lost %d, duplicated %d, reordered %d, errors %d) in %.3f s, %.0f/s",
          sent,
          lost,
          duplicated,
          reordered,
          errors,
          seconds,
          sent / seconds);
    }
  }

  /** A datagram that waits until the one with this number has had its turn. */
  private record Held(ByteBuffer datagram, long until) {}

  private final Odds odds;
  private final boolean none;
  private final Random random;
  private final Sink sink;
  private final List<Held> held = new ArrayList<>();
  private long number;
  private long sent;
  private long lost;
  private long duplicated;
  private long reordered;
  private long errors;

  /** A network with these odds before the sink. */
  Impairment(Odds odds, long seed, Sink sink) {
    this.odds = odds;
    this.none = odds.equals(Odds.NONE);
    this.random = new Random(seed);
    this.sink = sink;
  }

  /** Passes a datagram on, or not; an error is counted. */
  void send(byte[] datagram, int length) {
    if (none) {
      pass(datagram, length);
      return;
    }
    number++;
    if (happens(odds.loss())) {
      lost++;
    } else {
      boolean twice = happens(odds.duplicate());
      if (happens(odds.reorder())) {
        reordered++;
        long until = number + 1 + random.nextInt(MAX_OVERTAKING);
        held.add(new Held(ByteBuffer.wrap(Arrays.copyOf(datagram, length)), until));
      } else {
        pass(datagram, length);
      }
      if (twice) {
        duplicated++;
        pass(datagram, length);
      }
    }
    release(number);
  }

  /** Passes on what is still held back. */
  void flush() {
    release(Long.MAX_VALUE);
  }

  Counts counts() {
    return new Counts(sent, lost, duplicated, reordered, errors);
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  private void release(long reached) {
    for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
      Held late = each.next();
      if (late.until() <= reached) {
        each.remove();
        pass(late.datagram().array(), late.datagram().limit());
      }
    }
  }

  private void pass(byte[] datagram, int length) {
    try {
      sink.send(datagram, length);
      sent++;
    } catch (IOException e) {
      // Nobody may listen yet, or the network is away for a while: a sender by UDP goes on.
      errors++;
    }
  }
}
