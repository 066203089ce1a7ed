package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GlobalFlagsTest {

  private static String prefix(Map<String, String> variables, String... args) throws Failure {
    ArgumentParser parser = new ArgumentParser(GlobalFlags.ALL, args);
    parser.command();
    parser.rest(List.of(), false);
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    return GlobalFlags.logOptions(
            parser.arguments(),
            new Environment(
                variables, InputStream.nullInputStream(), nowhere, nowhere, new Shutdown()))
        .prefix();
  }

  @Test
  void aPrefixThatIsSetToNothingIsNone() throws Failure {
    Map<String, String> nothing = Map.of("RGAP_LOG_PREFIX", "");

    assertThat(prefix(Map.of(), "run")).isEqualTo("RGAP: ");
    assertThat(prefix(nothing, "run")).isEmpty();
    assertThat(prefix(nothing, "run", "--log-prefix", "x> ")).isEqualTo("x> ");
    assertThat(prefix(Map.of("RGAP_LOG_PREFIX", "y> "), "run", "--log-prefix=")).isEmpty();
    assertThat(prefix(Map.of("RGAP_LOG_PREFIX", "y> "), "run")).isEqualTo("y> ");
  }
}
