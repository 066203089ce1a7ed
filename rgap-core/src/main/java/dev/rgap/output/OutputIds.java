package dev.rgap.output;

import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the outputs of a file from each other: by the names that it gives them, and the others by
 * what they are.
 */
final class OutputIds {

  private static final int MAX_NAME = 63;

  private final Map<String, Position> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** By what outputs are, the number that the next one of them has. */
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Reads names, each of which there is once. */
  Reader<String> name() {
    return this::read;
  }

  private Optional<String> read(ConfigValue setting) {
    Optional<String> name = setting.text();
    if (name.isEmpty()) {
      return name;
    }
    if (!isName(name.get())) {
      setting.error(
          "'" + name.get() + "' is no name for an output",
          "use letters, digits, '.', '_' and '-', at most " + MAX_NAME + " of them");
      return Optional.empty();
    }
    Position first = names.putIfAbsent(name.get(), setting.position());
    if (first != null) {
      setting.error(
          "output '" + name.get() + "' is already defined on line " + first.line(),
          "give each output a name of its own, or none");
      return Optional.empty();
    }
    taken.add(name.get());
    return name;
  }

  private static boolean isName(String text) {
    boolean valid = !text.isEmpty() && text.length() <= MAX_NAME;
    for (int i = 0; valid && i < text.length(); i++) {
      char c = text.charAt(i);
      valid =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
    }
    return valid;
  }

  /**
   * The id of an output without a name, when all names are known. Of several that would have the
   * same one, the second has {@code #2} behind it, and so on.
   */
  OutputId unnamed(String kind, String target) {
    OutputId id = OutputId.of(kind, target);
    String first = id.text();
    while (!taken.add(id.text())) {
      id = OutputId.of(kind, target, numbers.merge(first, 2, (number, unused) -> number + 1));
    }
    return id;
  }
}
