package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever uses a public type can see how much it may change. */
class MarkedApiTest {

  private static final Pattern PUBLIC =
      Pattern.compile(
          "^public (final |abstract |sealed |non-sealed )*(class|interface|record|enum) ",
          Pattern.MULTILINE);
  private static final Pattern MARKED =
      Pattern.compile("^@(StableApi|InternalApi)$", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "src/main/java/dev/rgap",
        "../rgap-host/src/main/java/dev/rgap/host",
        "../rgap-outputs/src/main/java/dev/rgap/outputs/publish"
      })
  void publicTypesAreMarkedStableOrInternal(String sources) throws IOException {
    List<Path> unmarked = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of(sources))) {
      for (Path file : all.filter(each -> each.toString().endsWith(".java")).toList()) {
        String code = Files.readString(file);
        // What marks others, and what is not exported.
        String path = file.toString();
        boolean apart = path.contains("/rgap/api/") || path.contains("/rgap/services/");
        if (!apart && PUBLIC.matcher(code).find() && !MARKED.matcher(code).find()) {
          unmarked.add(file);
        }
      }
    }
    assertThat(unmarked).isEmpty();
  }
}
