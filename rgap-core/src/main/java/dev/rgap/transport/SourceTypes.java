package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.services.Providers;
import dev.rgap.text.Suggestion;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The kinds of source that are known: UDP, the given ones and, if need be, those of other jars. Not
 * safe for use by several threads.
 */
@StableApi
public final class SourceTypes {

  private static final String SEPARATOR = "://";

  private final SortedMap<String, SourceType<?>> byScheme = new TreeMap<>();
  private boolean othersLoaded;

  /**
   * Knows UDP and these kinds; others are looked for when an address asks for one that is not among
   * them.
   */
  public SourceTypes(SourceType<?>... more) {
    add(new UdpSourceType());
    for (SourceType<?> type : more) {
      add(type);
    }
  }

  private void add(SourceType<?> type) {
    // A foreign jar can add kinds, not replace the ones that are known.
    byScheme.putIfAbsent(type.scheme(), type);
  }

  /**
   * Reads an address: {@code scheme://} and what the kind of that scheme wants to follow, or {@code
   * host:port} for UDP, see {@link Endpoint}. Looks no name up.
   *
   * @throws IllegalArgumentException with a message that says what is wrong where
   */
  public ConfiguredSource<?> parse(String address) {
    String scheme = schemeOf(address);
    if (!byScheme.containsKey(scheme) && !othersLoaded) {
      othersLoaded = true;
      Providers.load(
          SourceType.class, "a kind of source of another jar can't be loaded", this::add);
    }
    SourceType<?> type = byScheme.get(scheme);
    if (type == null) {
      throw new IllegalArgumentException(
          "bad address '"
              + address
              + "': unknown scheme '"
              + scheme
              + "'; "
              + Suggestion.then(
                  Suggestion.question(scheme, byScheme.keySet(), "'", SEPARATOR + "'"),
                  "known schemes: " + String.join(", ", byScheme.keySet())));
    }
    return read(type, address);
  }

  private static <C> ConfiguredSource<C> read(SourceType<C> type, String address) {
    return new ConfiguredSource<>(type, type.parse(address));
  }

  /** What stands before the {@code ://}, if it can be a scheme; else that of UDP. */
  private static String schemeOf(String address) {
    int length = address.indexOf(SEPARATOR);
    if (length <= 0) {
      return UdpSourceType.SCHEME;
    }
    for (int i = 0; i < length; i++) {
      char c = address.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))) {
        return UdpSourceType.SCHEME;
      }
    }
    return address.substring(0, length);
  }
}
