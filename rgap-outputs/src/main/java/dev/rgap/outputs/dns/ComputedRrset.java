package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Iterator;
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
    Cycle cycle = new Cycle(first);
    // Once a record is too long for what is left, a shorter one after it is not looked for.
    while (fit < atMost) {
      used += format.write(cycle.next(), record, 0);
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
    Cycle cycle = new Cycle(first);
    for (int i = 0; i < howMany; i++) {
      int start = end;
      end = format.write(cycle.next(), output, start);
      Rrset.putTtl(output, start + format.ttlOffset(output, start), ttlSeconds);
    }
    return end;
  }

  /** The addresses from one on, over and over: only the first of them has to be looked for. */
  private final class Cycle {
    private Iterator<IpAddress> rest;

    Cycle(int first) {
      rest = addresses.listIterator(first % addresses.size());
    }

    IpAddress next() {
      if (!rest.hasNext()) {
        rest = addresses.iterator();
      }
      return rest.next();
    }
  }
}
