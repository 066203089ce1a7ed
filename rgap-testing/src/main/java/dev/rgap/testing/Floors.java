package dev.rgap.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A plan of packages in floors, from the top down, which a source tree is held against: what is in
 * a package may use its own package and those on lower floors, and nothing else of the plan. So
 * there can be no circle either.
 *
 * <pre>{@code
 * Floors.below("dev.rgap.cli").floor("help").floor("command").floor("args", "log").check(sources)
 * }</pre>
 */
public final class Floors {

  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

  private final String root;
  private final Pattern use;
  private final Map<String, Integer> plan = new HashMap<>();
  private int floors;

  private Floors(String root) {
    this.root = root;
    this.use = Pattern.compile("\\b" + Pattern.quote(root) + "((?:\\.[a-z]\\w*)*)\\.[A-Z*]");
  }

  /**
   * A plan without floors yet.
   *
   * @param root the package that is above all of the plan
   */
  public static Floors below(String root) {
    return new Floors(root);
  }

  /**
   * Adds the next lower floor.
   *
   * @param packages what comes after the root and a dot; empty for the root itself
   */
  public Floors floor(String... packages) {
    for (String each : packages) {
      plan.put(each, floors);
    }
    floors++;
    return this;
  }

  /**
   * Fails if there is a package that is not planned or not there, or that uses one which it must
   * not.
   *
   * @param sources where the root package's outermost directory is
   */
  public void check(Path sources) throws IOException {
    Path top = sources.resolve(root.replace('.', '/'));
    List<String> faults = new ArrayList<>();
    Set<String> found = new HashSet<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(top)) {
      files = all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : files) {
      String from = top.relativize(file.getParent()).toString().replace('/', '.');
      Integer floor = plan.get(from);
      found.add(from);
      if (floor == null) {
        faults.add(file + ": its package is not planned");
        continue;
      }
      String code = COMMENT.matcher(Files.readString(file)).replaceAll(" ");
      for (Matcher uses = use.matcher(code); uses.find(); ) {
        String to = uses.group(1).isEmpty() ? "" : uses.group(1).substring(1);
        if (!to.equals(from) && plan.getOrDefault(to, -1) <= floor) {
          faults.add(file + ": uses " + uses.group() + "..., which is not below it");
        }
      }
    }
    plan.keySet().stream()
        .filter(each -> !found.contains(each))
        .forEach(each -> faults.add("there is nothing in '" + each + "'"));
    assertThat(faults).isEmpty();
  }
}
