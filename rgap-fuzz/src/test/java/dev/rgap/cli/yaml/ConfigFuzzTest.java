package dev.rgap.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Any bytes as a listener's configuration file: reading it ends soon and throws nothing; either
 * there is a configuration or a problem says why not, and each problem stands somewhere in the
 * file.
 *
 * <p>In the package of what it tests, which is open to nobody else.
 */
class ConfigFuzzTest {

  /** Far more than any input of the fuzzer's takes, and far less than one that multiplies. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  @FuzzTest(maxDuration = "30s")
  void explainsWhatItCannotUse(byte[] file) {
    Problems problems = new Problems();
    long start = System.nanoTime();
    Optional<ConfigNode> root = YamlReader.read(file, problems);
    Optional<ListenerConfig> config =
        root.flatMap(node ->
            ListenerConfig.parse(
                ConfigValue.root(node, problems), new OutputTypes(BuiltinOutputs.types())));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST);
    assertThat(config.isPresent()).isNotEqualTo(problems.hasErrors());

    // Bytes that are no text become one character each here, and end the part that was read there.
    List<String> lines = List.of(new String(file, charset(file)).split("\r\n|\r|\n", -1));
    for (Problem problem : problems.all()) {
      ConfigNode.Position position = problem.position();
      assertThat(position.line()).isBetween(1, lines.size());
      String line = lines.get(position.line() - 1);
      assertThat(position.column()).isBetween(1, line.codePointCount(0, line.length()) + 1);
      assertThat(problem.what()).isNotBlank();
    }
  }

  private static Charset charset(byte[] file) {
    int mark = file.length < 2 ? 0 : (file[0] & 0xff) << 8 | (file[1] & 0xff);
    return mark == 0xfeff || mark == 0xfffe ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }
}
