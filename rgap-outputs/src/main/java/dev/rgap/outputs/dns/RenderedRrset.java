package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Records that lie ready in wire form, one after the other. */
final class RenderedRrset implements Rrset {

  static final RenderedRrset EMPTY = new RenderedRrset(List.of(), RecordFormat.ADDRESS);

  private final byte[] bytes;

  /** Where record i begins; the last entry is where all end. */
  private final int[] starts;

  /** Where the TTL of record i begins. */
  private final int[] ttls;

  private final int prime;

  RenderedRrset(List<IpAddress> addresses, RecordFormat format) {
    int count = addresses.size();
    byte[] rendered = new byte[Math.multiplyExact(count, format.maxLength())];
    starts = new int[count + 1];
    ttls = new int[count];
    int end = 0;
    for (int i = 0; i < count; i++) {
      int start = end;
      end = format.write(addresses.get(i), rendered, start);
      ttls[i] = start + format.ttlOffset(rendered, start);
      starts[i + 1] = end;
    }
    bytes = Arrays.copyOf(rendered, end);
    prime = Order.prime(count);
  }

  @Override
  public int count() {
    return ttls.length;
  }

  @Override
  public void shuffle(Order order, int wanted, SplittableRandom random) {
    order.shuffle(ttls.length, prime, random);
  }

  @Override
  public int fitting(Order order, int atMost, int room) {
    if (atMost == ttls.length && bytes.length <= room) {
      return atMost;
    }
    int fit = 0;
    int left = room;
    int record = order.first();
    while (fit < atMost) {
      left -= starts[record + 1] - starts[record];
      if (left < 0) {
        break;
      }
      fit++;
      record = order.next();
    }
    return fit;
  }

  @Override
  public int write(Order order, int howMany, byte[] output, int at, int ttlSeconds) {
    int end = at;
    int record = order.first();
    for (int i = 0; i < howMany; i++) {
      int start = starts[record];
      int length = starts[record + 1] - start;
      System.arraycopy(bytes, start, output, end, length);
      Rrset.putTtl(output, end + ttls[record] - start, ttlSeconds);
      end += length;
      record = order.next();
    }
    return end;
  }
}
