package dev.rgap.outputs.dns;

import java.util.Arrays;
import org.xbill.DNS.Name;

/**
 * A name as a key of a map: its wire form in lower case. Can be pointed at a part of a buffer, for
 * looking up without making objects; such a key must not be put into a map.
 */
final class NameKey {

  private byte[] bytes;
  private int from;
  private int to;

  private NameKey(byte[] bytes) {
    this.bytes = bytes;
    this.to = bytes.length;
  }

  /** The key of a name. */
  static NameKey of(Name name) {
    return new NameKey(name.toWireCanonical());
  }

  /** A key to be pointed at names. */
  static NameKey probe() {
    return new NameKey(new byte[0]);
  }

  /** Points this key at a name in lower-case wire form. */
  NameKey at(byte[] buffer, int start, int end) {
    bytes = buffer;
    from = start;
    to = end;
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NameKey that
        && Arrays.equals(bytes, from, to, that.bytes, that.from, that.to);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
