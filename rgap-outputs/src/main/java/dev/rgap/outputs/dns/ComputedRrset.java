package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import java.util.SplittableRandom;

/** Records of so many addresses that only the ones an answer needs are brought into wire form. */
final class ComputedRrset implements Rrset {

  private final List<IpAddress> addresses;
  private final RecordFormat format;
  private final int length;
  private final int prime;

  /**
   * Makes them.
   *
   * @param length how long each record is; 0 if they differ
   */
  ComputedRrset(List<IpAddress> addresses, RecordFormat format, int length) {
    this.addresses = addresses;
    this.length = length;
    this.format = format;
    this.prime = Order.prime(addresses.size());
  }

  @Override
  public int count() {
    return addresses.size();
  }

  @Override
  public void shuffle(Order order, SplittableRandom random) {
    order.leap(addresses.size(), prime, random);
  }

  @Override
  public int fitting(Order order, int atMost, int room) {
    if (length > 0) {
      return Math.min(atMost, room / length);
    }
    int fit = 0;
    int used = 0;
    byte[] record = new byte[format.maxLength()];
    Walk walk = new Walk(order);
    // Once a record is too long for what is left, a shorter one after it is not looked for.
    while (fit < atMost) {
      used += format.write(walk.next(), record, 0);
      if (used > room) {
        break;
      }
      fit++;
    }
    return fit;
  }

  @Override
  public int write(Order order, int howMany, byte[] output, int at, int ttlSeconds) {
    int end = at;
    Walk walk = new Walk(order);
    for (int i = 0; i < howMany; i++) {
      int start = end;
      end = format.write(walk.next(), output, start);
      Rrset.putTtl(output, start + format.ttlOffset(output, start), ttlSeconds);
    }
    return end;
  }

  /** The addresses in an order: one that follows the one before is not looked for. */
  private final class Walk {
    private final Order order;
    private ListIterator<IpAddress> from = Collections.emptyListIterator();
    private boolean begun;

    Walk(Order order) {
      this.order = order;
    }

    IpAddress next() {
      int index = begun ? order.next() : order.first();
      if (!begun || from.nextIndex() != index) {
        from = addresses.listIterator(index);
      }
      begun = true;
      return from.next();
    }
  }
}
