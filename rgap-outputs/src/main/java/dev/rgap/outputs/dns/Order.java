package dev.rgap.outputs.dns;

import java.util.SplittableRandom;

/**
 * In which order the records of an answer come: from a random one on, with a random step. One
 * object is used for answer after answer. Not safe for use by several threads.
 *
 * <p>Clients take the first record, and the next one if nobody is there. So that those of a member
 * that is dead don't all go to the same neighbour, nor all those of a network that is dead to the
 * member behind it, each other record is the next one, none more than about twice as often as
 * another. Steps are counted modulo a prime number, the smallest one that is not less than the
 * number of records; what is beyond the last record is stepped over. Every step leads to all
 * records then, where of six records only the steps 1 and 5 would by themselves.
 *
 * <pre>
 *   5 records, modulo 5, from 3 on, step 2      3 0 2 4 1
 *   6 records, modulo 7, from 3 on, step 2      3 5 0 2 4 . 1
 * </pre>
 *
 * <p>Where looking for a record is costly, only the first three come so, and the others follow the
 * last of them as they stand.
 */
final class Order {

  private static final int LEAPS = 3;

  private int count;
  private int prime;
  private int first;
  private int step;
  private int at;

  /** Which records come first, if the others follow as they stand; how many, or else 0. */
  private final int[] leapt = new int[LEAPS];

  private int leaps;
  private int taken;

  /** The smallest prime number that is not less than this one, which is at most 2^29. */
  static int prime(int least) {
    int candidate = Math.max(2, least);
    while (!isPrime(candidate)) {
      candidate++;
    }
    return candidate;
  }

  private static boolean isPrime(int number) {
    if (number % 2 == 0) {
      return number == 2;
    }
    for (int divisor = 3; (long) divisor * divisor <= number; divisor += 2) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Chooses an order.
   *
   * @param records how many there are; at least 1
   * @param primeOfRecords their {@link #prime}
   */
  void shuffle(int records, int primeOfRecords, SplittableRandom random) {
    count = records;
    prime = primeOfRecords;
    first = records == 1 ? 0 : random.nextInt(records);
    step = records <= 2 ? 1 : 1 + random.nextInt(primeOfRecords - 1);
    leaps = 0;
  }

  /** Chooses an order in which most records follow one another as they stand. */
  void leap(int records, int primeOfRecords, SplittableRandom random) {
    shuffle(records, primeOfRecords, random);
    if (records <= LEAPS) {
      return;
    }
    leaps = LEAPS;
    int record = first;
    for (int i = 0; i < leaps; i++) {
      leapt[i] = record;
      record = afterStep(record);
    }
  }

  /** Begins; the index of the first record. */
  int first() {
    at = first;
    taken = 1;
    return at;
  }

  /** The index of the next record; after the last one comes one that was there. */
  int next() {
    if (leaps == 0) {
      at = afterStep(at);
    } else if (taken < leaps) {
      at = leapt[taken++];
    } else {
      do {
        at = at + 1 == count ? 0 : at + 1;
      } while (isLeapt(at));
    }
    return at;
  }

  private int afterStep(int record) {
    int next = record;
    do {
      next += step;
      if (next >= prime) {
        next -= prime;
      }
    } while (next >= count);
    return next;
  }

  private boolean isLeapt(int record) {
    for (int i = 0; i < leaps; i++) {
      if (leapt[i] == record) {
        return true;
      }
    }
    return false;
  }
}
