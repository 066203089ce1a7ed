package dev.rgap.outputs.dns;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** A query for a test, byte by byte. */
final class TestQuery {

  static final int ID = 0xbeef;
  static final int RD = 0x0100;
  static final int CD = 0x0010;
  static final int DO = 0x8000;

  private final String name;
  private final int type;
  private int dclass = 1;
  private int flags;
  private int[] counts = {1, 0, 0, 0};
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

  private TestQuery(String name, int type) {
    this.name = name;
    this.type = type;
  }

  static TestQuery of(String name, int type) {
    return new TestQuery(name, type);
  }

  TestQuery dclass(int given) {
    dclass = given;
    return this;
  }

  TestQuery flags(int given) {
    flags = given;
    return this;
  }

  TestQuery opcode(int given) {
    flags |= given << 11;
    return this;
  }

  /** Lets the header claim these counts, whatever there is. */
  TestQuery counts(int... given) {
    counts = given;
    return this;
  }

  /** Adds bytes after what there is. */
  TestQuery append(byte... bytes) {
    rest.writeBytes(bytes);
    return this;
  }

  /** Adds an OPT record. */
  TestQuery edns(int payload) {
    return edns(payload, 0, 0);
  }

  /** Adds an OPT record. */
  TestQuery edns(int payload, int version, int ednsFlags, byte... options) {
    counts[3]++;
    return append(opt(payload, version, ednsFlags, options));
  }

  static byte[] opt(int payload, int version, int ednsFlags, byte... options) {
    return ByteBuffer.allocate(11 + options.length)
        .put((byte) 0)
        .putShort((short) 41)
        .putShort((short) payload)
        .put((byte) 0)
        .put((byte) version)
        .putShort((short) ednsFlags)
        .putShort((short) options.length)
        .put(options)
        .array();
  }

  byte[] bytes() {
    ByteBuffer message = ByteBuffer.allocate(16_384);
    message.putShort((short) ID).putShort((short) flags);
    for (int count : counts) {
      message.putShort((short) count);
    }
    message.put(wire(name)).putShort((short) type).putShort((short) dclass);
    message.put(rest.toByteArray());
    return Arrays.copyOf(message.array(), message.position());
  }

  /** The bytes up to the end of the question. */
  byte[] question() {
    byte[] all = bytes();
    return Arrays.copyOfRange(all, 12, 12 + wire(name).length + 4);
  }

  static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] wire(String text) {
    return name(text).toWire();
  }
}
