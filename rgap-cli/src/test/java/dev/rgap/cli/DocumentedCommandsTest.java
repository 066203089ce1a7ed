package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.config.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The command lines that the pages show are such as the program understands. */
class DocumentedCommandsTest {

  private static final Pattern LINE =
      Pattern.compile("^ {4,}(?:[A-Z_]+=\\S+ +)*(?:\\./)?rgap +(.+)$", Pattern.MULTILINE);

  /** The agent's arguments where systemd starts it. */
  private static final Pattern UNIT = Pattern.compile("^ {4,}RGAP_ARGS=(.+)$", Pattern.MULTILINE);

  private static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path page : Examples.pages()) {
      String text = Files.readString(page);
      for (MatchResult line : LINE.matcher(text).results().toList()) {
        lines.add(line.group(1).replaceFirst(" +#.*", ""));
      }
      for (MatchResult line : UNIT.matcher(text).results().toList()) {
        lines.add("agent " + line.group(1));
      }
    }
    return lines;
  }

  @TestFactory
  Stream<DynamicTest> areUnderstood() throws IOException {
    return lines().stream().map(line -> DynamicTest.dynamicTest(line, () -> understand(line)));
  }

  private static void understand(String line) throws Failure {
    ArgumentParser parser = new ArgumentParser(GlobalFlags.ALL, line.strip().split(" +"));
    String name = Objects.requireNonNull(parser.command());
    Command command = new Commands().get(name);
    parser.rest(command.flags(), command.operand().isTaken());
  }

  @Test
  void areFound() throws IOException {
    assertThat(lines())
        .contains("demo", "check -c rgap.yaml", "listener -c rgap.yaml")
        .anyMatch(line -> line.startsWith("agent -g 1000"))
        .hasSizeGreaterThan(8);
  }
}
