package dev.rgap.http;

import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for.
 *
 * @param id what stands for the part of the route in braces; empty if it has none
 * @param parameters what stands behind the path, by name
 * @param headers a header's value by its name, or null
 * @param mayWrite whether the client may change something
 */
record Call(
    String id,
    Map<String, String> parameters,
    Function<String, @Nullable String> headers,
    boolean mayWrite) {

  /** Fails if there is a parameter that means nothing here. */
  void allow(Set<String> known) throws Refusal {
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw Refusal.badRequest(
            "there is no parameter '" + name + "'" + (known.isEmpty() ? "" : "; known: " + known));
      }
    }
  }

  /** A whole number, or what stands in for it. */
  long number(String name, long least, long most, long byDefault) throws Refusal {
    return parsed(
        name,
        byDefault,
        text -> {
          long number = Long.parseLong(text);
          if (number < least || number > most) {
            throw new IllegalArgumentException();
          }
          return number;
        },
        "a whole number from " + least + " to " + most);
  }

  /** A duration, at most this long. */
  Duration duration(String name, Duration most) throws Refusal {
    Duration wanted = parsed(name, Duration.ZERO, DurationText::parse, "a duration such as 60s");
    if (wanted.isNegative()) {
      throw Refusal.badRequest(name + " can't be negative");
    }
    return wanted.compareTo(most) > 0 ? most : wanted;
  }

  /** True or false; false by default. */
  boolean flag(String name) throws Refusal {
    String text = parameters.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw Refusal.badRequest(name + " must be true or false");
    }
    return text.equals("true");
  }

  <T extends @Nullable Object> T parsed(
      String name, T byDefault, Function<String, T> parser, String expected) throws Refusal {
    String text = parameters.get(name);
    if (text == null) {
      return byDefault;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(name + " must be " + expected);
    }
  }

  /** A header's value; empty if it was not sent. */
  String header(String name) {
    String value = headers.apply(name);
    return value == null ? "" : value;
  }
}
