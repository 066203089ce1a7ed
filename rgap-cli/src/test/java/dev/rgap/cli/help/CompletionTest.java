package dev.rgap.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Commands;
import dev.rgap.cli.Run;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the real shells what they offer. */
class CompletionTest {

  @TempDir Path directory;

  @BeforeEach
  void makeAFile() throws IOException {
    Files.writeString(directory.resolve("my file.yaml"), "");
  }

  private void script(String shell, String... more) throws IOException {
    Installed.require(shell);
    List<String> arguments = new ArrayList<>(List.of("completion", shell));
    arguments.addAll(List.of(more));
    Run run = Run.of(arguments.toArray(String[]::new));
    assertThat(run.status()).isZero();
    Files.writeString(directory.resolve("rgap." + shell), run.out());
  }

  private List<String> run(String... command) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(() -> read(output)).isZero();
    return read(output).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(text.isBlank() ? List.of() : List.of(text.split(",", -1)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "ag                      | agent",
        "--log-prefix agent li   | listener",
        "--log-level=debug ag    | agent",
        "--log-level w           | warning",
        "--log-format=           | text,json",
        "agent --p               | --psk,--psk-file",
        "agent -g 5 --in         | --interval",
        "agent -d x -d y --ds    | --dst",
        "agent --group           | --group",
        "agent --psk-file my     | my file.yaml",
        "listener -c my          | my file.yaml",
        "listener --config=my    | my file.yaml",
        "sniff --j               | --json",
        "help sn                 | sniff",
        "help co                 | command,completion,configuration",
        "completion z            | zsh",
      })
  void bash(String line, String expected) throws Exception {
    script("bash");
    // As readline does it: = stands alone.
    String words = "rgap " + line.replace("=", " = ");
    String array = words.endsWith(" ") ? words + "''" : words;
    List<String> offered =
        run(
            "bash",
            "--norc",
            "-c",
            "source ./rgap.bash; COMP_WORDS=("
                + array
                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _rgap;"
                + " ((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\"");

    assertThat(new TreeSet<>(offered)).isEqualTo(words(expected));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "ag                      | agent",
        "--log-prefix agent li   | listener",
        "--log-level w           | warning",
        "--log-level=w           | --log-level=warning",
        "agent --p               | --psk,--psk-file",
        "agent --psk-file my     | my file.yaml",
        "listener -c my          | my file.yaml",
        "sniff --j               | --json",
        "help sn                 | sniff",
        "help co                 | command,completion,configuration",
        "completion z            | zsh",
      })
  void fish(String line, String expected) throws Exception {
    script("fish");

    List<String> offered =
        run("fish", "--no-config", "-c", "source ./rgap.fish; complete -C 'rgap " + line + "'");

    assertThat(offered.stream().map(each -> each.split("\t", -1)[0].replace("\\ ", " ")))
        .containsExactlyInAnyOrderElementsOf(words(expected));
    assertThat(offered.stream().filter(each -> each.startsWith("--")))
        .allMatch(each -> each.indexOf('\t') > 0);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "ag                      | agent",
        "--log-prefix agent li   | listener",
        "--log-level w           | warning",
        "--log-level=w           | warning",
        "agent --p               | --psk,--psk-file",
        "agent -d x -d y --ds    | --dst",
        "agent --psk-file my     | my file.yaml",
        "listener -c my          | my file.yaml",
        "sniff --j               | --json",
        "help sn                 | sniff",
        "help co                 | command,completion,configuration",
        "completion z            | zsh",
      })
  void zsh(String line, String expected) throws Exception {
    script("zsh");
    for (String name : List.of("capture.zsh", "capture-setup.zsh")) {
      try (InputStream in = CompletionTest.class.getResourceAsStream(name)) {
        assertThat(in).isNotNull();
        Files.write(directory.resolve(name), in.readAllBytes());
      }
    }
    run("zsh", "-f", "capture.zsh", directory.resolve("offered").toString(), "rgap " + line);

    List<String> offered = Files.readAllLines(directory.resolve("offered"), StandardCharsets.UTF_8);
    assertThat(offered).startsWith("READY").endsWith("END");
    assertThat(offered.subList(1, offered.size() - 1).stream().map(each -> each.replace("\\", "")))
        .containsExactlyInAnyOrderElementsOf(words(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish", "powershell"})
  void withoutDescriptions(String shell) throws Failure {
    Run run = Run.of("completion", shell, "--no-descriptions");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("listener")
        .doesNotContain(new Commands().get("listener").summary())
        .doesNotContain("show the version");
  }

  @Test
  void fishWithoutDescriptions() throws Exception {
    script("fish", "--no-descriptions");

    assertThat(run("fish", "--no-config", "-c", "source ./rgap.fish; complete -C 'rgap agent --p'"))
        .containsExactlyInAnyOrder("--psk", "--psk-file");
  }

  @Test
  void zshWithoutDescriptions() throws Exception {
    script("zsh", "--no-descriptions");

    // All that is there to be read is.
    assertThat(run("zsh", "-f", "-n", "rgap.zsh")).isEmpty();
  }

  /** There is none to ask here; at least nothing is missing and all quotes are closed. */
  @Test
  void powershell() throws Failure {
    String script = Run.of("completion", "powershell").out();

    for (String name : new Commands().names()) {
      assertThat(script).contains("Name = '" + name + "'");
      for (Flag flag : new Commands().get(name).flags()) {
        assertThat(script).contains("Name = '--" + flag.name() + "'");
      }
    }
    assertThat(script.lines())
        .allMatch(
            line -> line.startsWith("#") || line.chars().filter(c -> c == '\'').count() % 2 == 0);
  }
}
