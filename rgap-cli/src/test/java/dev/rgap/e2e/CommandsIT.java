package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands print, and the status that they end with. */
class CommandsIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  private Path brokenConfig() throws IOException {
    return Programs.config(
        directory,
        """
        listen:
          - "127.0.0.1:%d"
          - 10.0.0.256:1
        groups:
          - {id: 0100, psk: %s, expire: 15s}
          - {id: 18446744073709551616, psk: %s, expire: 15}
        outputs:
          - kind: evenlog
        """
            .formatted(Programs.freePort(), programs.key, programs.otherKey().substring(1)));
  }

  private static void assertProblems(Path config, RunningProgram.Lines lines) {
    for (String place : List.of("3:5", "5:10", "6:10", "6:37", "6:110", "8:11")) {
      assertThat(lines.all())
          .as(place)
          .anyMatch(line -> line.startsWith(config + ":" + place + ": "));
    }
    assertThat(lines.matching("evenlog.*did you mean 'eventlog'")).hasSize(1);
  }

  @Test
  void checkPrintsAllProblemsWithTheirPlaces() throws Exception {
    Path config = brokenConfig();
    RunningProgram check = programs.rgap("check", "-c", config.toString()).expectExit(1);
    assertProblems(config, check.out());
  }

  @Test
  void listenerPrintsTheSameAndStartsNothing() throws Exception {
    Path config = brokenConfig();
    RunningProgram listener = programs.rgap("listener", "-c", config.toString()).expectExit(1);
    assertProblems(config, listener.log());
    assertThat(listener.log().matching("listening|READY|listener ready")).isEmpty();
    assertThat(listener.log().matching("^Error: ")).hasSize(1);
    assertThat(listener.out().all()).isEmpty();
  }

  @Test
  void checkPassesAGoodFile() throws Exception {
    Path config = programs.config(directory, ":8271", "15s");
    RunningProgram check = programs.rgap("check", "-c", config.toString()).expectExit(0);
    assertThat(check.log().all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent -a 10.0.0.1 -k KEY -g KEY",
        "agent -a 10.0.0.1 KEY",
        "agent -a KEY",
        "agent -a 10.0.0.1 -k KEYKEY",
        "agent -a 10.0.0.1 --pks KEY",
        "agent -a 10.0.0.1 --psk-file KEY",
        "agent -a 10.0.0.1 -k KEY -d KEY",
        "agent -a 10.0.0.1 -k KEY -i KEY",
        "listener -c KEY",
        "KEY",
      })
  void keyInTheWrongPlaceIsNotRepeated(String command) throws Exception {
    RunningProgram agent = programs.rgap(command.replace("KEY", programs.key).split(" ", -1));
    agent.expectExit(1);
    // That the key isn't printed is seen to when the test ends.
    assertThat(agent.log().matching("^Error: ")).hasSize(1);
    assertThat(agent.log().all()).hasSize(1);
  }

  @Test
  void journalGetsNoTimestamps() throws Exception {
    Path journal = Files.createFile(directory.resolve("journal"));
    Map<String, Object> attributes = Files.readAttributes(journal, "unix:dev,ino");
    // The demo logs as a listener does, and ends by itself.
    programs
        .start(
            Program.rgap("demo", "--for", "1s")
                .withStderrTo(journal)
                .with("JOURNAL_STREAM", attributes.get("dev") + ":" + attributes.get("ino")))
        .expectExit(0);
    assertThat(Files.readAllLines(journal))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("<6>RGAP: INFO "));
  }

  @Test
  void othersGetTimestampsWhateverTheySayTheyAre() throws Exception {
    Path config = programs.config(directory, "127.0.0.1:" + Programs.freePort(), "15s");
    RunningProgram listener =
        programs.start(
            Program.rgap("listener", "-c", config.toString()).with("JOURNAL_STREAM", "1:2"));
    String ready = Programs.awaitReady(listener).log().await("listener ready");
    assertThat(RunningProgram.time(ready)).isNotNull();
  }

  @Test
  void logSpeaksJsonWithAPrefixOfItsOwn() throws Exception {
    Path config = programs.config(directory, "127.0.0.1:" + Programs.freePort(), "15s");
    RunningProgram json =
        programs.rgap("--log-format", "json", "listener", "-c", config.toString());
    json.log().await("^\\{.*\"message\":\"listener ready\".*\\}$");
    json.stop();
    RunningProgram prefixed =
        programs.start(
            Program.rgap("listener", "-c", config.toString()).with("RGAP_LOG_PREFIX", "here> "));
    prefixed.log().await("^here> 20\\S+ INFO listener ready$");
  }
}
