package dev.rgap.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a client gets.
 *
 * @param headers besides the usual ones
 * @param body written as it is sent, by a thread that may wait for the client
 */
record Answer(int status, String type, Map<String, String> headers, Body body) {

  /** Writes a body; may flush. */
  @FunctionalInterface
  interface Body {
    void write(OutputStream out) throws IOException;
  }

  /** Writes an object's fields. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static final JsonFactory JSON = new JsonFactory();

  static final Body NOTHING = out -> {};

  Answer {
    headers = Map.copyOf(headers);
  }

  /** An object of JSON. */
  static Answer json(int status, Fields fields) {
    return new Answer(status, "application/json", Map.of(), object(fields));
  }

  private static Body object(Fields fields) {
    return out -> {
      try (JsonGenerator json = generator(out)) {
        json.writeStartObject();
        fields.write(json);
        json.writeEndObject();
        json.writeRaw('\n');
      }
    };
  }

  /** Leaves the stream open. */
  static JsonGenerator generator(OutputStream out) throws IOException {
    return JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /** Lines of text. */
  static Answer text(Body body) {
    return new Answer(200, "text/plain; charset=utf-8", Map.of(), body);
  }

  static Answer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text(out -> out.write(bytes));
  }

  /** A problem as of RFC 9457. */
  static Answer problem(int status, String title, String detail) {
    return problem(status, title, detail, json -> {});
  }

  /** A problem that says more. */
  static Answer problem(int status, String title, String detail, Fields more) {
    return new Answer(
        status,
        "application/problem+json",
        Map.of(),
        object(json -> {
          json.writeStringField("type", "about:blank");
          json.writeStringField("title", title);
          json.writeNumberField("status", status);
          json.writeStringField("detail", detail);
          more.write(json);
        }));
  }

  /** The same with one header more. */
  Answer with(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Answer(status, type, more, body);
  }
}
