package dev.rgap.cli.args;

import dev.rgap.text.DurationText;
import dev.rgap.text.Suggestion;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.SourceTypes;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads values of flags, with errors that name the flag. */
public final class FlagValues {

  private FlagValues() {}

  public static Duration duration(String where, String value) throws Failure {
    try {
      return DurationText.parse(value);
    } catch (IllegalArgumentException e) {
      throw new Failure(where + ": " + e.getMessage());
    }
  }

  /** One of a few words. */
  public static String choice(String where, String value, List<String> candidates) throws Failure {
    if (!candidates.contains(value)) {
      throw new Failure(
          where
              + ": '"
              + value
              + "' is not known; "
              + Suggestion.then(
                  Suggestion.question(value, candidates, "", ""),
                  "known: " + String.join(", ", candidates)));
    }
    return value;
  }

  /** A whole number in this range, which begins at 0 or above. */
  public static long number(Flag flag, Arguments arguments, long absent, long least, long greatest)
      throws Failure {
    String value = arguments.value(flag);
    if (value == null) {
      return absent;
    }
    if (value.matches("[0-9]{1,19}")) {
      BigInteger number = new BigInteger(value);
      if (number.compareTo(BigInteger.valueOf(least)) >= 0
          && number.compareTo(BigInteger.valueOf(greatest)) <= 0) {
        return number.longValueExact();
      }
    }
    throw new Failure(
        "--"
            + flag.name()
            + ": '"
            + value
            + "' is not a whole number from "
            + least
            + " to "
            + greatest);
  }

  /** A number from 0 to 1; 0 if it is not given. */
  public static double probability(Flag flag, Arguments arguments) throws Failure {
    String value = arguments.value(flag);
    if (value == null) {
      return 0;
    }
    // No exponents and no NaN: few would know what they have written.
    if (!value.matches("0|1|0?\\.[0-9]{1,18}|[01]\\.0{0,18}")) {
      throw new Failure(
          "--" + flag.name() + ": '" + value + "' is not a probability from 0 to 1, such as 0.05");
    }
    return Double.parseDouble(value);
  }

  public static List<Endpoint> endpoints(String where, List<String> values) throws Failure {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String value : values) {
      try {
        endpoints.add(Endpoint.parse(value));
      } catch (IllegalArgumentException e) {
        throw new Failure(where + ": " + e.getMessage());
      }
    }
    return endpoints;
  }

  /** Addresses of sources. */
  public static List<ConfiguredSource<?>> sources(String where, List<String> values)
      throws Failure {
    SourceTypes types = new SourceTypes();
    List<ConfiguredSource<?>> sources = new ArrayList<>();
    for (String value : values) {
      try {
        sources.add(types.parse(value));
      } catch (IllegalArgumentException e) {
        throw new Failure(where + ": " + e.getMessage());
      }
    }
    return sources;
  }
}
