package dev.rgap.cli.config;

import dev.rgap.cli.process.Environment;
import dev.rgap.listener.ListenerConfig;
import java.util.Map;
import java.util.Optional;

/** The heap that a listener has, and whether a configuration fits into it. */
public final class Heap {

  /** What the packaged options of a listener give it. */
  static final long OF_PACKAGE = 256L << 20;

  private static final String OPTION = "-Xmx";

  private Heap() {}

  /** What this process has. */
  public static long ofThisProcess() {
    return Runtime.getRuntime().maxMemory();
  }

  /**
   * What a listener has that is started with these environment variables: as {@code RGAP_JAVA_OPTS}
   * says, else as the package does.
   */
  public static long ofListener(Map<String, String> variables) {
    long heap = OF_PACKAGE;
    for (String word : variables.getOrDefault("RGAP_JAVA_OPTS", "").split(" ", -1)) {
      if (word.startsWith(OPTION)) {
        heap = bytes(word.substring(OPTION.length())).orElse(heap);
      }
    }
    return heap;
  }

  /** A size in the notation of java: a number, and k, m, g or t behind it. */
  private static Optional<Long> bytes(String size) {
    int shift =
        size.isEmpty()
            ? -1
            : 10 * ("kmgt".indexOf(Character.toLowerCase(size.charAt(size.length() - 1))) + 1);
    String digits = shift > 0 ? size.substring(0, size.length() - 1) : size;
    try {
      return Optional.of(Math.multiplyExact(Long.parseLong(digits), 1L << Math.max(0, shift)));
    } catch (NumberFormatException | ArithmeticException e) {
      return Optional.empty(); // java itself will say so
    }
  }

  /**
   * Warns if the groups, when they are full, need more than there is.
   *
   * @param name the configuration's, for the message
   */
  public static void warnIfTooSmall(
      long heap, String name, ListenerConfig config, Environment environment) {
    long needed = config.heapWhenFull();
    if (needed > heap) {
      environment.warning(
          name
              + ": with max_members in all groups, the members and what outputs make of them need"
              + " about "
              + mebibytes(needed)
              + " of heap, a listener has "
              + mebibytes(heap)
              + ": whoever holds the keys could end it; lower max_members, or set"
              + " RGAP_JAVA_OPTS=-Xmx"
              + ((needed >> 20) + 1)
              + "m for the listener");
    }
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
