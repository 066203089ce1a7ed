package dev.rgap.testing;

import dev.rgap.config.SettingsObserver;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a page in Markdown documents, to be held against those that a program asks for:
 * each name, whether it is required, and its default.
 *
 * <pre>
 *   | setting | default | |
 *   |---|---|---|
 *   | `group` | required | ... |
 *   | `timeout` | `30s` | ... |                          a default is in backticks,
 *   | `source`, `inline` | one of them | ... |           what depends is told in words
 *   | `debounce` | `{min: 100ms, max: 1s}` | ... |       also documents debounce.min and debounce.max
 *
 *   Of each of `mappings`:                               the first name in the line before a table
 *                                                        that begins with "Of" holds its settings
 *   | setting | default | |
 * </pre>
 *
 * <p>Items of lists and the name {@value #ANY}, for names that are free, are left out of paths.
 */
public final class DocumentedSettings implements SettingsObserver {

  /** What a sample calls things that may have any name. */
  public static final String ANY = "any";

  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern PART = Pattern.compile("[{,]\\s*(\\w+):");

  /** What is said of a setting's default: a cell of a table. */
  private final Map<String, String> documented = new TreeMap<>();

  private final Map<String, Asked> asked = new TreeMap<>();

  private record Asked(boolean required, @Nullable Object byDefault) {}

  private DocumentedSettings() {}

  /** Reads a page. */
  public static DocumentedSettings of(String markdown) {
    DocumentedSettings settings = new DocumentedSettings();
    String parent = "";
    String before = "";
    boolean inTable = false;
    for (String line : markdown.lines().toList()) {
      List<String> cells = cells(line);
      if (cells.isEmpty()) {
        inTable = false;
        before = line.isBlank() ? before : line;
      } else if (!inTable && cells.getFirst().equals("setting")) {
        inTable = true;
        Matcher owner = CODE.matcher(before);
        parent = before.startsWith("Of ") && owner.find() ? owner.group(1) + "." : "";
      } else if (inTable) {
        settings.addRow(parent, cells);
      }
    }
    return settings;
  }

  private static List<String> cells(String line) {
    if (!line.startsWith("|")) {
      return List.of();
    }
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1).split("(?<!\\\\)\\|", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }

  private void addRow(String parent, List<String> cells) {
    Matcher names = CODE.matcher(cells.getFirst());
    while (names.find()) {
      String name = parent + names.group(1);
      String byDefault = cells.get(1);
      documented.put(name, byDefault);
      Matcher parts = PART.matcher(byDefault);
      while (byDefault.startsWith("`{") && parts.find()) {
        documented.put(name + "." + parts.group(1), "");
      }
    }
  }

  @Override
  public void asked(String path, boolean required, @Nullable Object byDefault) {
    String name = path.replaceAll("\\[\\d+]", "").replace("." + ANY + ".", ".");
    if (!name.endsWith("." + ANY)) {
      asked.put(name, new Asked(required, byDefault));
    }
  }

  /** The names of the settings that hold no others, as the page has them. */
  public List<String> leaves() {
    return documented.keySet().stream()
        .filter(
            name -> documented.keySet().stream().noneMatch(other -> other.startsWith(name + ".")))
        .toList();
  }

  /** In what the page and the program differ, a sentence for each difference. */
  public List<String> differences() {
    List<String> differences = new ArrayList<>();
    TreeSet<String> all = new TreeSet<>(documented.keySet());
    all.addAll(asked.keySet());
    for (String name : all) {
      String cell = documented.get(name);
      Asked setting = asked.get(name);
      if (cell == null) {
        differences.add(name + " is not documented");
      } else if (setting == null) {
        differences.add(name + " is not asked for");
      } else if (setting.required != cell.startsWith("required")) {
        differences.add(name + (setting.required ? " is required" : " is not required"));
      } else if (setting.byDefault == null
          ? cell.startsWith("`")
          : !same(cell, setting.byDefault)) {
        differences.add(name + " has the default " + setting.byDefault + ", not " + cell);
      }
    }
    return differences;
  }

  private static boolean same(String cell, Object byDefault) {
    Matcher code = CODE.matcher(cell);
    if (!code.matches()) {
      return false;
    }
    String text = code.group(1);
    return switch (byDefault) {
      case Duration duration -> DurationText.parse(text).equals(duration);
      case Enum<?> constant -> text.equals(constant.name().toLowerCase(Locale.ROOT));
      default -> text.equals(byDefault.toString());
    };
  }
}
