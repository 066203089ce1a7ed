package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * One call of a method of gRPC, by a connection of HTTP/2 (RFC 9113) that is used for nothing else:
 * the request is one message, and so is the answer.
 *
 * <pre>
 *   frame    length (24 bits), type (8), flags (8), stream (32), payload
 *   asked    preface, SETTINGS, HEADERS, DATA that ends stream 1
 *   answered SETTINGS, HEADERS, DATA, HEADERS that end stream 1; PING and others between
 * </pre>
 */
final class UnaryCall {

  /** More than any answer of a health service, with all that may stand between. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_FRAME = 16 * 1024;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int CONTINUATION = 9;

  /** Of SETTINGS and PING. */
  private static final int ACK = 1;

  /** Of DATA and HEADERS. */
  private static final int END_STREAM = 1;

  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  /** No table for fields (1), nothing pushed (2), and heads of at most 16 KiB (6). */
  private static final byte[] OWN_SETTINGS =
      ByteBuffer.allocate(18)
          .putShort((short) 1)
          .putInt(0)
          .putShort((short) 2)
          .putInt(0)
          .putShort((short) 6)
          .putInt(MAX_FRAME)
          .array();

  private final OutputStream out;
  private final DataInputStream in;
  private final Map<String, String> fields = new HashMap<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private boolean endsWithHead;
  private boolean ended;
  private int taken;

  UnaryCall(InputStream in, OutputStream out) {
    this.out = out;
    this.in = new DataInputStream(new BufferedInputStream(in));
  }

  /** Sends a request, at once. */
  void ask(boolean secure, String authority, String path, Deadline deadline, byte[] request)
      throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0x80 | 3); // :method: POST
    head.write(0x80 | (secure ? 7 : 6)); // :scheme
    HeaderBlock.write(head, 4, path);
    HeaderBlock.write(head, 1, authority);
    HeaderBlock.write(head, "te", "trailers");
    HeaderBlock.write(head, "grpc-timeout", Math.min(99_999_999, deadline.millisLeft()) + "m");
    HeaderBlock.write(head, 31, "application/grpc");
    HeaderBlock.write(head, 58, "rgap");
    ByteBuffer prefixed = ByteBuffer.allocate(5 + request.length);
    prefixed.put((byte) 0).putInt(request.length).put(request); // not compressed

    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    all.writeBytes(frame(SETTINGS, 0, 0, OWN_SETTINGS));
    all.writeBytes(frame(HEADERS, END_HEADERS, 1, head.toByteArray()));
    all.writeBytes(frame(DATA, END_STREAM, 1, prefixed.array()));
    send(all.toByteArray());
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /**
   * Reads the answer to its end.
   *
   * @throws IOException with a message for people
   */
  void readAnswer() throws IOException {
    try {
      boolean first = true;
      while (!ended) {
        readFrame(first);
        first = false;
      }
    } catch (EOFException e) {
      throw new IOException("closes the connection without an answer", e);
    }
  }

  /** What the head and the end of the answer say. */
  Map<String, String> fields() {
    return fields;
  }

  /** The message that was answered, without its prefix; nothing if there was none. */
  byte[] message() throws IOException {
    byte[] all = message.toByteArray();
    if (all.length == 0) {
      return all;
    }
    if (all.length < 5 || all[0] != 0 || ByteBuffer.wrap(all, 1, 4).getInt() != all.length - 5) {
      throw new IOException("its answer is no message of gRPC that can be read");
    }
    return ByteBuffer.allocate(all.length - 5).put(all, 5, all.length - 5).array();
  }

  private void readFrame(boolean first) throws IOException {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    int length = lengthAndType >>> 8;
    int type = lengthAndType & 0xFF;
    if (length > MAX_FRAME || (first && type != SETTINGS)) {
      throw new IOException("what it answers is no HTTP/2; does it speak gRPC there?");
    }
    taken += length + 9;
    if (taken > MAX_BYTES) {
      throw new IOException("its answer has more than " + MAX_BYTES / 1024 + " KiB");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    switch (type) {
      case SETTINGS -> acknowledge(SETTINGS, flags, new byte[0]);
      case PING -> acknowledge(PING, flags, payload);
      case DATA -> {
        if (stream == 1) {
          message.writeBytes(content(payload, flags, false));
          ended = (flags & END_STREAM) != 0;
        }
      }
      case HEADERS, CONTINUATION -> readHead(type, flags, payload);
      case RST_STREAM -> throw new IOException("ends the call: HTTP/2 error " + code(payload, 0));
      case GOAWAY -> {
        if (code(payload, 0) == 0 || code(payload, 4) != 0) {
          throw new IOException("takes no calls: HTTP/2 error " + code(payload, 4));
        }
      }
      default -> {
        // Such as WINDOW_UPDATE: as little is sent as any window has.
      }
    }
  }

  private void acknowledge(int type, int flags, byte[] payload) throws IOException {
    if ((flags & ACK) == 0) {
      send(frame(type, ACK, 0, payload));
    }
  }

  private static int code(byte[] payload, int at) {
    return payload.length < at + 4 ? -1 : ByteBuffer.wrap(payload, at, 4).getInt();
  }

  private void readHead(int type, int flags, byte[] payload) throws IOException {
    if (type == HEADERS) {
      block.reset();
      endsWithHead = (flags & END_STREAM) != 0;
      block.writeBytes(content(payload, flags, (flags & PRIORITY) != 0));
    } else {
      block.writeBytes(payload);
    }
    if ((flags & END_HEADERS) != 0) {
      fields.putAll(HeaderBlock.read(block.toByteArray()));
      ended = endsWithHead;
    }
  }

  /** Without what fills a frame up, and what is said of its rank. */
  private static byte[] content(byte[] payload, int flags, boolean ranked) throws IOException {
    boolean padded = (flags & PADDED) != 0;
    int begin = (padded ? 1 : 0) + (ranked ? 5 : 0);
    int end = payload.length - (padded && payload.length > 0 ? payload[0] & 0xFF : 0);
    if (begin > end) {
      throw new IOException("what it answers is no HTTP/2 that can be read");
    }
    return ByteBuffer.allocate(end - begin).put(payload, begin, end - begin).array();
  }
}
