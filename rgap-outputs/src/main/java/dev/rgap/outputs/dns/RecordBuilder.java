package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes records as they stand after a question, names compressed by what came before them (RFC
 * 1035 section 4.1.4): for those that lie ready from the start.
 */
final class RecordBuilder {

  private static final int POINTER = 0xc000;

  /** Pointers reach no farther. */
  private static final int FARTHEST = 0x3fff;

  /** Where in the message names stand. */
  private final Map<NameKey, Integer> offsets = new HashMap<>();

  private final int start;
  private byte[] bytes = new byte[128];
  private int end;
  private int[] pointers = new int[0];
  private int dataLengthAt;

  /** Begins after a question for a name. */
  RecordBuilder(DomainName question) {
    remember(question, Query.HEADER);
    start = Query.HEADER + question.length() + Query.TYPE_AND_CLASS;
  }

  private void remember(DomainName name, int at) {
    int offset = at;
    for (DomainName rest = name; !rest.isRoot() && offset <= FARTHEST; rest = rest.parent()) {
      if (offsets.putIfAbsent(NameKey.of(rest), offset) != null) {
        return; // and so are those above it
      }
      offset = at + name.length() - rest.parent().length();
    }
  }

  /** Begins a record of class IN; its data comes next. */
  RecordBuilder record(DomainName owner, int type, int ttlSeconds) {
    name(owner);
    put16(type);
    put16(Query.CLASS_IN);
    put32(ttlSeconds);
    dataLengthAt = end;
    return put16(0);
  }

  /** Adds a name to the record's data. */
  RecordBuilder name(DomainName name) {
    int here = start + end;
    byte[] wire = name.wire();
    DomainName rest = name;
    Integer known = offsets.get(NameKey.of(rest));
    while (known == null && !rest.isRoot()) {
      rest = rest.parent();
      known = offsets.get(NameKey.of(rest));
    }
    put(wire, wire.length - rest.length());
    if (known == null) {
      put(new byte[1], 1);
    } else {
      pointers = Arrays.copyOf(pointers, pointers.length + 1);
      pointers[pointers.length - 1] = end;
      put16(POINTER | known);
    }
    remember(name, here);
    return this;
  }

  /** Adds an address of a name: a whole record. */
  RecordBuilder address(DomainName owner, int ttlSeconds, IpAddress address) {
    boolean ipv4 = address.isIpv4();
    record(owner, ipv4 ? RecordType.A : RecordType.AAAA, ttlSeconds);
    if (!ipv4) {
      put32(address.high() >>> 32);
      put32(address.high());
      put32(address.low() >>> 32);
    }
    return put32(address.low()).done();
  }

  RecordBuilder put16(int value) {
    return put(new byte[] {(byte) (value >>> 8), (byte) value}, 2);
  }

  RecordBuilder put32(long value) {
    put16((int) (value >>> 16));
    return put16((int) value);
  }

  private RecordBuilder put(byte[] from, int length) {
    if (bytes.length - end < length) {
      bytes = Arrays.copyOf(bytes, 2 * (end + length));
    }
    System.arraycopy(from, 0, bytes, end, length);
    end += length;
    return this;
  }

  /** Ends the record. */
  RecordBuilder done() {
    int length = end - dataLengthAt - 2;
    bytes[dataLengthAt] = (byte) (length >>> 8);
    bytes[dataLengthAt + 1] = (byte) length;
    return this;
  }

  /** All records, from the question's end on. */
  byte[] records() {
    return Arrays.copyOf(bytes, end);
  }

  /** Where in them there are pointers. */
  int[] pointers() {
    return pointers.clone();
  }
}
