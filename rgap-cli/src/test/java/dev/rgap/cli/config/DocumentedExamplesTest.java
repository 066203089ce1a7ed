package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The configuration examples in the documentation are valid. */
class DocumentedExamplesTest {

  private static final Path OUTPUTS =
      Examples.ROOT.resolve("rgap-outputs/src/main/java/dev/rgap/outputs");

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> everyExampleIsAValidConfiguration() throws IOException {
    return Examples.all().stream()
        .map(example -> DynamicTest.dynamicTest(example.where(), () -> assertValid(example)));
  }

  @Test
  void thePageOfEachOutputHasAnExample() throws IOException {
    for (Path page : Examples.pages()) {
      boolean ofAnOutput =
          page.startsWith(OUTPUTS) || page.startsWith(Examples.ROOT.resolve("docs/outputs"));
      if (ofAnOutput) {
        assertThat(Examples.of(page)).as("%s", page).isNotEmpty();
      }
    }
  }

  @Test
  void examplesAreFound() throws IOException {
    assertThat(Examples.all())
        .extracting(Examples::where)
        .hasSizeGreaterThanOrEqualTo(19)
        .contains(
            "examples/rgap.yaml",
            "packaging/etc/rgap.yaml",
            "packaging/etc/rgap.yaml, with all that it shows")
        .anyMatch(where -> where.startsWith("README.md:"))
        .anyMatch(where -> where.startsWith("docs/configuration.md:"))
        .anyMatch(where -> where.startsWith("docs/agent-file.md:"));
  }

  /** Pages of outputs show their part of a file; what they leave out is warned of, no more. */
  private void assertValid(Examples example) throws IOException, Failure {
    Path file = Files.writeString(directory.resolve("rgap.yaml"), example.yaml());
    example.writeKeys(directory);

    ConfigResult<AnyFile.Config> result = new AnyFile().load(file, Map.of());

    assertThat(result.hasErrors()).as("%s", result.problems()).isFalse();
  }
}
