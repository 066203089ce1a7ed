package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.List;

/** Records of so many addresses that only the ones an answer needs are brought into wire form. */
final class ComputedRrset implements Rrset {

  private final List<IpAddress> addresses;
  private final RecordFormat format;

  ComputedRrset(List<IpAddress> addresses, RecordFormat format) {
    this.addresses = addresses;
    this.format = format;
  }

  @Override
  public int count() {
    return addresses.size();
  }

  @Override
  public int fitting(int first, int atMost, int room) {
    int fit = 0;
    int used = 0;
    byte[] record = new byte[format.maxLength()];
    // Once a record is too long for what is left, a shorter one after it is not looked for.
    while (fit < atMost) {
      used += format.write(at(first + fit), record, 0);
      if (used > room) {
        break;
      }
      fit++;
    }
    return fit;
  }

  @Override
  public int write(int first, int howMany, byte[] output, int at, int ttlSeconds) {
    int end = at;
    for (int i = 0; i < howMany; i++) {
      int start = end;
      end = format.write(at(first + i), output, start);
      Rrset.putTtl(output, start + format.ttlOffset(output, start), ttlSeconds);
    }
    return end;
  }

  private IpAddress at(int index) {
    return addresses.get(index % addresses.size());
  }
}
