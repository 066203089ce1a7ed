package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.nio.ByteBuffer;
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

  /** How long each record is; 0 if they differ. */
  private final int length;

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
    int first = count == 0 ? 0 : starts[1];
    boolean alike = true;
    for (int i = 0; i < count; i++) {
      alike &= starts[i + 1] - starts[i] == first;
    }
    length = alike ? first : 0;
    prime = Order.prime(count);
  }

  @Override
  public int count() {
    return ttls.length;
  }

  @Override
  public void shuffle(Order order, SplittableRandom random) {
    order.shuffle(ttls.length, prime, random);
  }

  @Override
  public int fitting(Order order, int atMost, int room) {
    if (atMost == ttls.length && bytes.length <= room) {
      return atMost;
    }
    if (length > 0) {
      return Math.min(atMost, room / length);
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
    ByteBuffer from = ByteBuffer.wrap(bytes);
    ByteBuffer to = ByteBuffer.wrap(output);
    if (length == RecordFormat.IPV4_LENGTH) {
      return writeIpv4(order, howMany, from, to, at, ttlSeconds);
    }
    int end = at;
    int record = order.first();
    for (int i = 0; i < howMany; i++) {
      int start = starts[record];
      int size = starts[record + 1] - start;
      copy(from, start, to, end, size);
      to.putInt(end + ttls[record] - start, ttlSeconds);
      end += size;
      record = order.next();
    }
    return end;
  }

  /**
   * The same for what is asked most: the records of IPv4 addresses are two longs each, and the TTL,
   * which is zero in those that lie ready, is where they meet.
   */
  private static int writeIpv4(
      Order order, int howMany, ByteBuffer from, ByteBuffer to, int at, int ttlSeconds) {
    long ttl = Integer.toUnsignedLong(ttlSeconds);
    long upper = ttl >>> 16;
    long lower = ttl << 48;
    int end = at;
    int record = order.first();
    for (int i = 0; i < howMany; i++) {
      int start = record * RecordFormat.IPV4_LENGTH;
      to.putLong(end, from.getLong(start) | upper);
      to.putLong(end + Long.BYTES, from.getLong(start + Long.BYTES) | lower);
      end += RecordFormat.IPV4_LENGTH;
      record = order.next();
    }
    return end;
  }

  /** Records are short, but have eight bytes: so they are copied faster than as arrays. */
  private static void copy(ByteBuffer from, int start, ByteBuffer to, int at, int size) {
    int last = size - Long.BYTES;
    for (int i = 0; i < last; i += Long.BYTES) {
      to.putLong(at + i, from.getLong(start + i));
    }
    to.putLong(at + last, from.getLong(start + last));
  }
}
