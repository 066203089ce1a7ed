package dev.rgap.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Commands;
import dev.rgap.cli.Run;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.manual.Manual;
import dev.rgap.cli.manual.Roff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Reads the manual pages, and has the programs judge them that show them. */
class ManPageTest {

  @SuppressWarnings("unused") // by @FieldSource
  private static final Iterable<String> NAMES = new Commands().names();

  @TempDir Path directory;

  @Test
  void thePageOfTheProgramHasEachCommandAndFlag() {
    String page = Run.of("man").out();

    assertThat(page).contains(".SH \"NAME\"\nrgap \\- ");
    for (String name : new Commands().names()) {
      assertThat(page).contains("\\fBrgap\\-" + name + "\\fR(1)");
    }
    for (String topic : Manual.topics()) {
      assertThat(page).contains(Roff.page(Manual.pageName(topic), 5));
    }
    assertHas(page, GlobalFlags.ALL);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void thePageOfACommandHasItsFlags(String name) throws Failure {
    String page = Run.of("man", name).out();

    assertThat(page).contains(Roff.escape(new Commands().get(name).summary()));
    assertHas(page, new Commands().get(name).flags());
    assertHas(page, GlobalFlags.ALL);
  }

  private static void assertHas(String page, List<Flag> flags) {
    for (Flag flag : flags) {
      assertThat(page).contains("\\fB\\-\\-" + Roff.escape(flag.name()) + "\\fR");
      assertThat(page).contains("\n" + Roff.escape(flag.help()) + "\n");
    }
  }

  @Test
  void keepsWhatRoffWouldTakeForItsOwn() {
    assertThat(Roff.escape(".a -b 'c' \\d \"e\""))
        .isEqualTo("\\&.a \\-b \\(aqc\\(aq \\ed \\(dqe\\(dq");
  }

  @Test
  void refusesAnUnknownCommand() {
    assertThat(Run.of("man", "agnet").err()).contains("did you mean 'agent'?");
  }

  /** Only the date is missing, on purpose. */
  @ParameterizedTest
  @CsvSource({
    "groff,  -man -Tutf8 -ww -z",
    "mandoc, -man -Tlint -Wwarning",
  })
  void isSoundForThoseWhoShowIt(String program, String options) throws Exception {
    Installed.require(program);
    List<String> pages = new ArrayList<>(List.of(page("rgap.1", Run.of("man"))));
    for (String name : new Commands().names()) {
      pages.add(page("rgap-" + name + ".1", Run.of("man", name)));
    }
    for (String topic : Manual.topics()) {
      pages.add(page(Manual.pageName(topic) + ".5", Run.of("man", topic)));
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(options.split(" ", -1)));
    command.addAll(pages);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readAllLines(output)).noneMatch(line -> !line.contains("missing date"));
  }

  private String page(String name, Run run) throws IOException {
    assertThat(run.status()).isZero();
    Files.writeString(directory.resolve(name), run.out());
    return name;
  }
}
