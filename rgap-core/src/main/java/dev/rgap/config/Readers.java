package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.text.Digits;
import dev.rgap.text.Suggestion;
import dev.rgap.text.WholeNumber;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The readers of what settings usually are. */
@StableApi
public final class Readers {

  /** More digits than any int has. */
  private static final int MAX_DIGITS = 10;

  private Readers() {}

  /** A text exactly as it was written. */
  public static Reader<String> text() {
    return ConfigValue::text;
  }

  /** A text that is not empty. */
  public static Reader<String> notEmptyText() {
    return text().where(text -> !text.isEmpty(), "is empty", "");
  }

  /** A line of a list of them; nothing at all is an empty line. */
  public static Reader<String> line() {
    return value -> value.isEmpty() ? Optional.of("") : value.text();
  }

  /**
   * Something that is made from text.
   *
   * @param parser makes it; an {@link IllegalArgumentException} is added with its message
   */
  public static <T> Reader<T> parsed(Function<String, T> parser) {
    return value -> value.as(parser);
  }

  /** A duration in the notation of {@link dev.rgap.text.DurationText}. */
  public static DurationReader durations() {
    return DurationReader.ANY;
  }

  /**
   * A whole number in a range, in the notation of YAML: {@code 1000}, {@code 1_000}, {@code 1e3}.
   */
  public static Reader<Integer> integers(int least, int greatest) {
    return parsed(text -> {
      BigInteger value = wholeNumber(text);
      if (value == null
          || value.compareTo(BigInteger.valueOf(least)) < 0
          || value.compareTo(BigInteger.valueOf(greatest)) > 0) {
        throw new IllegalArgumentException(
            "must be a whole number from " + least + " to " + greatest);
      }
      return value.intValueExact();
    });
  }

  private static @Nullable BigInteger wholeNumber(String text) {
    // Of numbers that nobody writes in octal, zeros in front mean nothing.
    if (Digits.only(text, 10, MAX_DIGITS)) {
      return BigInteger.valueOf(Long.parseLong(text));
    }
    try {
      return WholeNumber.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** True or false, in the words that YAML 1.1 knows for them. */
  public static Reader<Boolean> booleans() {
    return parsed(text ->
        switch (text.toLowerCase(Locale.ROOT)) {
          case "true", "yes", "on", "y" -> true;
          case "false", "no", "off", "n" -> false;
          default -> throw new IllegalArgumentException("must be true or false");
        });
  }

  /** One of a few words: the names of an enumeration's constants, in lower case. */
  public static <E extends Enum<E>> Reader<E> choice(Class<E> type) {
    return value -> {
      Optional<String> text = value.text();
      if (text.isEmpty()) {
        return Optional.empty();
      }
      List<String> words = new ArrayList<>();
      for (E constant : type.getEnumConstants()) {
        String word = constant.name().toLowerCase(Locale.ROOT);
        if (word.equals(text.get())) {
          return Optional.of(constant);
        }
        words.add(word);
      }
      String last = words.getLast();
      String others = String.join(", ", words.subList(0, words.size() - 1));
      value.error("must be " + others + " or " + last, Suggestion.question(text.get(), words));
      return Optional.empty();
    };
  }

  /** A list. What can't be read of it is left out: that is an error already. */
  public static <T> Reader<List<T>> listOf(Reader<T> reader) {
    return value -> Optional.of(all(value.list(), reader));
  }

  /**
   * A list that is not empty, or its only item without a list.
   *
   * @param ifEmpty what is said of an empty list
   * @param hint what to do about it
   */
  public static <T> Reader<List<T>> oneOrMore(Reader<T> reader, String ifEmpty, String hint) {
    return value -> {
      List<T> items = all(value.oneOrMore(), reader);
      if (value.isEmptyList()) {
        value.error(ifEmpty, hint);
      }
      return Optional.of(items);
    };
  }

  private static <T> List<T> all(List<ConfigValue> values, Reader<T> reader) {
    List<T> items = new ArrayList<>(values.size());
    for (ConfigValue value : values) {
      Optional<T> item = reader.read(value);
      if (item.isPresent()) {
        items.add(item.get());
      }
    }
    return items;
  }
}
