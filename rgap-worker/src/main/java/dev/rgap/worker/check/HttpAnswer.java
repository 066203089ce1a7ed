package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.rgap.text.Digits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of HTTP/1.1 (RFC 9112) that is read as it comes, and not to its end if that is far. No
 * more than {@value #MAX_HEAD} bytes of head and {@value #MAX_BODY} of body are taken.
 */
final class HttpAnswer {

  static final int MAX_HEAD = 16 * 1024;
  static final int MAX_BODY = 64 * 1024;

  /** Longer than any size of a chunk with its extensions that is seen. */
  private static final int MAX_CHUNK_LINE = 256;

  private static final int SHOWN = 60;

  private final InputStream in;
  private int left = MAX_HEAD;
  private int status;
  private String statusLine = "";
  private final Map<String, String> fields = new HashMap<>();

  HttpAnswer(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /**
   * Reads its head; what is said before it, such as 103 Early Hints, is passed over.
   *
   * @throws IOException with a message for people
   */
  void readHead() throws IOException {
    do {
      String first = line(left).orElse("");
      if (first.isEmpty()) {
        throw new IOException("closes the connection without an answer");
      }
      String[] parts = first.split(" ", 3);
      if (!first.startsWith("HTTP/1.") || parts.length < 2 || !Digits.only(parts[1], 10, 3)) {
        throw new IOException("what it answers is no HTTP: " + Shown.line(first, SHOWN));
      }
      status = Integer.parseInt(parts[1]);
      statusLine = Shown.line(first.substring(first.indexOf(' ') + 1), SHOWN);
      readFields();
    } while (status < 200 && status != 101);
  }

  private void readFields() throws IOException {
    fields.clear();
    while (true) {
      String field = line(left).orElseThrow(HttpAnswer::cutOff);
      if (field.isEmpty()) {
        return;
      }
      int colon = field.indexOf(':');
      if (colon > 0) {
        fields.put(
            field.substring(0, colon).toLowerCase(Locale.ROOT), field.substring(colon + 1).strip());
      }
    }
  }

  /** A line without its end; nothing if there is none any more. */
  private Optional<String> line(int limit) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(ISO_8859_1));
      }
      if (line.size() >= limit) {
        throw new IOException("its answer has a head of more than " + MAX_HEAD / 1024 + " KiB");
      }
      line.write(b);
    }
    left -= line.size() + 1;
    String read = line.toString(ISO_8859_1);
    return Optional.of(read.endsWith("\r") ? read.substring(0, read.length() - 1) : read);
  }

  private static EOFException cutOff() {
    return new EOFException("closes the connection in the middle of its answer");
  }

  int status() {
    return status;
  }

  /** For people, such as {@code 404 Not Found}. */
  String statusLine() {
    return statusLine;
  }

  /** What a field says; nothing if there is none. */
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /**
   * Reads its body, or the beginning of a long one.
   *
   * @param method what was asked: to some there is none
   * @throws IOException with a message for people, also if it ends before it should
   */
  byte[] readBody(String method) throws IOException {
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return new byte[0];
    }
    String length = field("content-length");
    if (field("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked")) {
      return chunks();
    }
    if (length.isEmpty()) {
      return in.readNBytes(MAX_BODY);
    }
    if (!Digits.only(length, 10, 18)) {
      throw new IOException("says that its answer is as long as '" + Shown.line(length, 20) + "'");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    add(body, Long.parseLong(length));
    return body.toByteArray();
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (body.size() < MAX_BODY) {
      left = MAX_CHUNK_LINE;
      String line = line(MAX_CHUNK_LINE).orElseThrow(HttpAnswer::cutOff);
      int semicolon = line.indexOf(';');
      String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
      if (!Digits.only(size, 16, 15)) {
        throw new IOException("the chunks of its answer can't be told apart");
      }
      long length = Long.parseLong(size, 16);
      if (length == 0) {
        break;
      }
      add(body, length);
      if (body.size() < MAX_BODY
          && !line(MAX_CHUNK_LINE).orElseThrow(HttpAnswer::cutOff).isEmpty()) {
        throw new IOException("the chunks of its answer can't be told apart");
      }
    }
    return body.toByteArray();
  }

  /** Adds a part of the body, as far as it is taken. */
  private void add(ByteArrayOutputStream body, long length) throws IOException {
    int wanted = (int) Math.min(length, MAX_BODY - body.size());
    byte[] part = in.readNBytes(wanted);
    if (part.length < wanted) {
      throw cutOff();
    }
    body.writeBytes(part);
  }
}
