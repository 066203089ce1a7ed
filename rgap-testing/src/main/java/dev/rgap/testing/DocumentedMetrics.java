package dev.rgap.testing;

import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers that are kept, and those that docs/metrics.md describes, as rows of its tables. */
public final class DocumentedMetrics {

  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final String COLUMN = " | ";

  private DocumentedMetrics() {}

  /**
   * The rows of a section's tables without what they mean, in order.
   *
   * @param heading the section's heading, without the two number signs
   * @throws IOException if the page can't be read
   */
  public static List<String> documented(String heading) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.equals("## " + heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(DocumentedMetrics::withoutMeaning)
        .sorted()
        .toList();
  }

  private static String withoutMeaning(String line) {
    int meaning = line.lastIndexOf(COLUMN);
    if (line.length() <= meaning + COLUMN.length() + 1) {
      throw new AssertionError("says not what it means: " + line);
    }
    return line.substring(0, meaning) + " |";
  }

  /** The rows that the numbers of these would have, in order. */
  public static List<String> kept(Metrics metrics) {
    return rows(metrics.snapshot().families());
  }

  /** The rows that these would have, in order. */
  public static List<String> rows(Collection<Family> families) {
    return families.stream().map(DocumentedMetrics::row).sorted().toList();
  }

  private static String row(Family family) {
    String labels =
        family.samples().stream()
            .flatMap(sample -> sample.labels().keySet().stream())
            .distinct()
            .sorted()
            .map(label -> " `" + label + "`")
            .collect(Collectors.joining(","));
    return "| `%s` | %s |%s |"
        .formatted(family.name(), family.type().name().toLowerCase(Locale.ROOT), labels);
  }
}
