package dev.rgap.worker.address;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Finds texts in JSON. */
final class JsonText {

  private JsonText() {}

  /**
   * The text that a pointer leads to, or all texts of a list; empty for {@code null}.
   *
   * @return null if there is nothing, or something else, or the JSON has errors before that
   */
  static @Nullable String at(JsonPointer pointer, String json) {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      JsonToken token = parser.nextToken();
      for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
        if (token == JsonToken.START_OBJECT) {
          token = member(parser, rest);
        } else if (token == JsonToken.START_ARRAY) {
          token = item(parser, rest);
        } else {
          return null;
        }
      }
      return token == null ? null : text(parser, token);
    } catch (IOException e) {
      return null; // Whose message shows some of it, which may be secret.
    }
  }

  private static @Nullable JsonToken member(JsonParser parser, JsonPointer rest)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = rest.matchesProperty(parser.currentName());
      JsonToken value = parser.nextToken();
      if (wanted) {
        return value;
      }
      parser.skipChildren();
    }
    return null;
  }

  private static @Nullable JsonToken item(JsonParser parser, JsonPointer rest) throws IOException {
    for (int i = 0; ; i++) {
      JsonToken value = parser.nextToken();
      if (value == JsonToken.END_ARRAY || value == null || rest.matchesElement(i)) {
        return value == JsonToken.END_ARRAY ? null : value;
      }
      parser.skipChildren();
    }
  }

  private static @Nullable String text(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NULL) {
      return "";
    }
    if (token != JsonToken.START_ARRAY) {
      return null;
    }
    StringJoiner all = new StringJoiner(" ");
    JsonToken each;
    while ((each = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (each != JsonToken.VALUE_STRING) {
        return null;
      }
      all.add(parser.getText());
    }
    return all.toString();
  }
}
