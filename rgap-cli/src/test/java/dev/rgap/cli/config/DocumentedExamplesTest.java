package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.ConfigFile.Result;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The configuration examples in the documentation are valid. */
class DocumentedExamplesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path OUTPUTS = ROOT.resolve("rgap-outputs/src/main/java/dev/rgap/outputs");
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> everyExampleIsAValidConfiguration() throws IOException {
    return pages().stream()
        .flatMap(page ->
            examples(page)
                .map(yaml ->
                    DynamicTest.dynamicTest(
                        ROOT.relativize(page).toString(), () -> assertValid(yaml))));
  }

  @Test
  void thePageOfEachOutputHasAnExample() throws IOException {
    for (Path page : pages()) {
      assertThat(examples(page)).as("%s", page).isNotEmpty();
    }
  }

  @Test
  void theExampleForContainersIsAValidConfiguration() throws IOException, Failure {
    assertValid(Files.readString(ROOT.resolve("examples/rgap.yaml")));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> ofOutputs = Files.walk(OUTPUTS);
        Stream<Path> ofPrograms = Files.list(ROOT.resolve("docs/outputs"))) {
      List<Path> pages = new ArrayList<>();
      pages.add(ROOT.resolve("README.md"));
      pages.add(ROOT.resolve("docs/configuration.md"));
      ofOutputs.filter(file -> file.endsWith("README.md")).sorted().forEach(pages::add);
      ofPrograms.sorted().forEach(pages::add);
      return pages;
    }
  }

  private static Stream<String> examples(Path page) {
    try {
      Matcher blocks = YAML.matcher(Files.readString(page));
      return blocks.results().map(block -> block.group(1)).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pages of outputs show their part of a file; what they leave out is warned of, no more. */
  private void assertValid(String yaml) throws IOException, Failure {
    Path file = Files.writeString(directory.resolve("rgap.yaml"), yaml);

    Result result = ConfigFile.load(file, new OutputTypes(BuiltinOutputs.types()));

    assertThat(result.hasErrors()).as("%s", result.problems()).isFalse();
  }
}
