package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Arrays;
import java.util.List;

/** Records that lie ready in wire form, one after the other. */
final class RenderedRrset implements Rrset {

  static final RenderedRrset EMPTY = new RenderedRrset(List.of(), RecordFormat.ADDRESS);

  private final byte[] bytes;

  /** Where record i begins; the last entry is where all end. */
  private final int[] starts;

  /** Where the TTL of record i begins. */
  private final int[] ttls;

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
  }

  @Override
  public int count() {
    return ttls.length;
  }

  @Override
  public int fitting(int first, int atMost, int room) {
    if (atMost == ttls.length && bytes.length <= room) {
      return atMost;
    }
    int fit = 0;
    int left = room;
    int record = first;
    while (fit < atMost) {
      left -= starts[record + 1] - starts[record];
      if (left < 0) {
        break;
      }
      fit++;
      record = record + 1 == ttls.length ? 0 : record + 1;
    }
    return fit;
  }

  @Override
  public int write(int first, int howMany, byte[] output, int at, int ttlSeconds) {
    int untilLast = Math.min(howMany, ttls.length - first);
    int end = writeRun(first, untilLast, output, at, ttlSeconds);
    return writeRun(0, howMany - untilLast, output, end, ttlSeconds);
  }

  private int writeRun(int first, int howMany, byte[] output, int at, int ttlSeconds) {
    int start = starts[first];
    int length = starts[first + howMany] - start;
    System.arraycopy(bytes, start, output, at, length);
    for (int record = first; record < first + howMany; record++) {
      Rrset.putTtl(output, at + ttls[record] - start, ttlSeconds);
    }
    return at + length;
  }
}
