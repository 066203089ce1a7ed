package dev.rgap.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a JSON value: maps, lists, and texts for everything else. */
final class Json {

  private Json() {}

  /** An object; every value but maps and lists is a text. */
  static Map<?, ?> object(String text) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.nextToken();
      if (value(parser) instanceof Map<?, ?> map) {
        return map;
      }
      throw new IOException("an object of JSON is expected");
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        map.put(name, value(parser));
      }
      return map;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(parser));
      }
      return list;
    }
    return String.valueOf(parser.getText());
  }

  /** A field of an object as a text; empty if it is not there. */
  static String text(Map<?, ?> object, String name) {
    Object value = object.get(name);
    return value == null ? "" : value.toString();
  }

  /** The objects in a field. */
  static List<Map<?, ?>> objects(Map<?, ?> object, String name) {
    List<Map<?, ?>> found = new ArrayList<>();
    for (Object each : list(object.get(name))) {
      if (each instanceof Map<?, ?> map) {
        found.add(map);
      }
    }
    return found;
  }

  /** The texts in a field. */
  static List<String> texts(Map<?, ?> object, String name) {
    return list(object.get(name)).stream().map(Object::toString).toList();
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
