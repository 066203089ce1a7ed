package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is fetched is what was looked at, and what is run with it can do little harm. */
class SupplyChainTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What runs a build. */
  private static final Pattern OURS = Pattern.compile("mvnw|\\.ci/|packaging/");

  static List<Path> workflows() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(".github/workflows"))) {
      return files.sorted().toList();
    }
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new AssertionError("no mapping: " + value);
  }

  private static Collection<?> jobs(Path workflow) throws IOException {
    return map(read(workflow).get("jobs")).values();
  }

  private static Map<?, ?> read(Path workflow) throws IOException {
    return map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(workflow)));
  }

  private static List<Map<?, ?>> steps(Object job) {
    List<Map<?, ?>> steps = new ArrayList<>();
    if (map(job).get("steps") instanceof List<?> list) {
      list.forEach(step -> steps.add(map(step)));
    }
    return steps;
  }

  private static boolean uses(Map<?, ?> step, String action) {
    return String.valueOf(step.get("uses")).startsWith(action + "@");
  }

  @Test
  void thereAreWorkflows() throws IOException {
    assertThat(workflows()).extracting(file -> file.getFileName().toString()).contains("ci.yaml");
  }

  /** A tag can be moved to another commit. */
  @ParameterizedTest
  @MethodSource("workflows")
  void actionsAreNamedByTheirCommitAndItsVersion(Path workflow) throws IOException {
    assertThat(Files.readAllLines(workflow))
        .filteredOn(line -> line.strip().replaceFirst("^- +", "").startsWith("uses:"))
        .isNotEmpty()
        .allMatch(
            line -> line.matches(" +(- )?uses: [\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void permissionsAreDeclaredAndNoneIsGivenToAll(Path workflow) throws IOException {
    Map<?, ?> all = read(workflow);

    assertThat(map(all.get("permissions")).values().stream().map(String::valueOf))
        .isSubsetOf("read");
    assertThat(jobs(workflow))
        .isNotEmpty()
        .allSatisfy(job -> assertThat(map(map(job).get("permissions"))).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void noCheckoutKeepsAToken(Path workflow) throws IOException {
    for (Object job : jobs(workflow)) {
      for (Map<?, ?> step : steps(job)) {
        if (uses(step, "actions/checkout")) {
          assertThat(map(step.get("with")).get("persist-credentials")).isEqualTo(false);
        }
      }
    }
  }

  /** Such as plugins of Maven, which could publish something else. */
  @ParameterizedTest
  @MethodSource("workflows")
  void whoMayWriteRunsNothingOfOthers(Path workflow) throws IOException {
    for (Object job : jobs(workflow)) {
      if (map(map(job).get("permissions")).containsValue("write")) {
        assertThat(map(job).get("container")).isNull();
        assertThat(steps(job))
            .isNotEmpty()
            .allMatch(step ->
                step.containsKey("run") || String.valueOf(step.get("uses")).startsWith("actions/"))
            .noneMatch(step -> uses(step, "actions/checkout"))
            .noneMatch(step -> OURS.matcher(String.valueOf(step.get("run"))).find());
      }
    }
  }

  @Test
  void mavenIsFetchedByItsChecksum() throws IOException {
    Properties wrapper = new Properties();
    try (var in = Files.newBufferedReader(ROOT.resolve(".mvn/wrapper/maven-wrapper.properties"))) {
      wrapper.load(in);
    }

    assertThat(wrapper.getProperty("distributionUrl")).startsWith("https://");
    assertThat(wrapper.getProperty("distributionSha256Sum")).matches("[0-9a-f]{64}");
  }
}
