package dev.rgap.outputs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.output.OutputType;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuiltinOutputsTest {

  @Test
  void everyKindIsThereOnce() {
    assertThat(BuiltinOutputs.types())
        .extracting(OutputType::kind)
        .contains("noop", "log", "eventlog")
        .doesNotHaveDuplicates();
  }

  @Test
  void everyKindIsExplainedBesideItsCode() throws Exception {
    for (OutputType<?> type : BuiltinOutputs.types()) {
      String folder = type.getClass().getPackageName().replace('.', '/');
      Path readme = Path.of("src/main/java", folder, "README.md");

      assertThat(Files.readString(readme))
          .startsWith("# `" + type.kind() + "`")
          .contains("```yaml\noutputs:\n  - kind: " + type.kind() + "\n");
    }
  }
}
