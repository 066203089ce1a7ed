package dev.rgap.outputs.dns;

import java.util.Arrays;

/**
 * A name as a key of a map: its wire form in lower case. Can be pointed at a part of a buffer, for
 * looking up without making objects; such a key must not be put into a map.
 */
final class NameKey {

  /** The hash of a name without a byte. */
  static final int EMPTY_HASH = 1;

  private byte[] bytes;
  private int from;
  private int to;
  private int hash;

  private NameKey(byte[] bytes) {
    this.bytes = bytes;
    this.to = bytes.length;
    this.hash = hash(EMPTY_HASH, bytes, 0, bytes.length);
  }

  /** The key of a name. */
  static NameKey of(DomainName name) {
    return new NameKey(name.wire());
  }

  /** A key to be pointed at names. */
  static NameKey probe() {
    return new NameKey(new byte[0]);
  }

  /**
   * The hash of a name that has more bytes before what was hashed already. It goes from right to
   * left, so that all endings of a name are hashed by going over it once.
   */
  static int hash(int hashOfRest, byte[] buffer, int start, int end) {
    int hash = hashOfRest;
    for (int i = end - 1; i >= start; i--) {
      hash = 31 * hash + buffer[i];
    }
    return hash;
  }

  /** Points this key at a name in lower-case wire form that has this hash. */
  NameKey at(byte[] buffer, int start, int end, int hashOfName) {
    bytes = buffer;
    from = start;
    to = end;
    hash = hashOfName;
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NameKey that
        && Arrays.equals(bytes, from, to, that.bytes, that.from, that.to);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
