package dev.rgap.cli.config;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The configurations that this project shows to people: every block of YAML on every page, and the
 * files that are shipped. Whatever page is added is looked at, too.
 *
 * @param where the file, and the line that it begins on
 * @param yaml the configuration as it is shown
 */
public record Examples(String where, String yaml) {

  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Takes the place of a key that an example leaves to its reader. */
  private static final String KEY =
      "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";

  /** What isn't ours to read: what the build makes, and what git keeps. */
  private static final Set<String> SKIPPED = Set.of("target", ".git", ".mvn", ".idea");

  private static final List<String> FILES =
      List.of("examples/rgap.yaml", "packaging/etc/rgap.yaml");
  private static final Pattern BLOCK =
      Pattern.compile("^```ya?ml\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  /** A setting that a file shows behind a #, unlike a sentence, which has a blank after it. */
  private static final Pattern OFF = Pattern.compile("^#(?=\\w+:|  +\\S)", Pattern.MULTILINE);

  /** A file with a key, beside the configuration. */
  private static final Pattern KEY_FILE = Pattern.compile("psk_file: ([\\w.-]+)");

  private static final Pattern GROUP =
      Pattern.compile("(?:\\bgroup: |^ +- )(\\d+)\\b", Pattern.MULTILINE);

  /** All of them. */
  public static List<Examples> all() throws IOException {
    List<Examples> all = new ArrayList<>();
    for (Path page : pages()) {
      all.addAll(of(page));
    }
    for (String name : FILES) {
      String yaml = Files.readString(ROOT.resolve(name));
      all.add(new Examples(name, yaml));
      if (OFF.matcher(yaml).find()) {
        all.add(new Examples(name + ", with all that it shows", switchedOn(yaml)));
      }
    }
    return all;
  }

  /** The pages, in the order of their names. */
  public static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return SKIPPED.contains(String.valueOf(directory.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    pages.sort(Comparator.naturalOrder());
    return pages;
  }

  /** Those on a page. */
  static List<Examples> of(Path page) throws IOException {
    String text = Files.readString(page);
    List<Examples> found = new ArrayList<>();
    for (MatchResult block : BLOCK.matcher(text).results().toList()) {
      long line = text.substring(0, block.start(1)).lines().count() + 1;
      found.add(new Examples(ROOT.relativize(page) + ":" + line, block.group(1)));
    }
    return found;
  }

  private static String switchedOn(String yaml) {
    return OFF.matcher(yaml)
        .replaceAll("")
        .replaceAll("(?m)^groups: \\[]$", "")
        .replace("psk: ...", "psk: " + KEY);
  }

  /**
   * The whole file that an example stands for: pages of outputs show the outputs only. It gets an
   * address to listen on, and the groups that are named.
   */
  public String whole() {
    if (isAgents()) {
      return yaml;
    }
    StringBuilder whole = new StringBuilder(yaml);
    if (!has("listen")) {
      whole.append("listen: [':8271']\n");
    }
    if (!has("groups")) {
      Set<String> ids = new TreeSet<>();
      GROUP.matcher(yaml).results().forEach(match -> ids.add(match.group(1)));
      whole.append("groups:\n");
      for (String id : ids) {
        whole.append("- {id: " + id + ", psk: " + KEY + ", expire: 15s, readiness_delay: 15s}\n");
      }
    }
    return whole.toString();
  }

  /** Whether it is the file of an agent, and not of a listener. */
  public boolean isAgents() {
    return has("announce") || has("verify_clock");
  }

  /** Makes the files with keys that it names, each with another one. */
  public void writeKeys(Path directory) throws IOException {
    int number = 0;
    for (MatchResult file : KEY_FILE.matcher(yaml).results().toList()) {
      number++;
      Path _ = Files.writeString(directory.resolve(file.group(1)), "%064x\n".formatted(number));
    }
  }

  private boolean has(String setting) {
    return yaml.startsWith(setting + ":") || yaml.contains("\n" + setting + ":");
  }

  @Override
  public String toString() {
    return where;
  }
}
