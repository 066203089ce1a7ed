package dev.rgap.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T21:34:00.123456Z"), ZoneId.of("Europe/Berlin"));

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Log log(Level level, boolean json, boolean journal) {
    LogOptions options = new LogOptions("RGAP: ", level, json);
    return new Log(options, new PrintStream(err, false, StandardCharsets.UTF_8), journal, CLOCK);
  }

  private String written() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineHasPrefixTimeLevelAndMessage() {
    log(Level.INFO, false, false).write(Level.INFO, "x", "listener ready", null);

    assertThat(written()).isEqualTo("RGAP: 2026-11-22T22:34:00.123+01:00 INFO listener ready\n");
  }

  @Test
  void theJournalGetsThePriorityAndNoTime() {
    Log log = log(Level.DEBUG, false, true);
    log.write(Level.ERROR, "x", "a", null);
    log.write(Level.WARNING, "x", "b", null);
    log.write(Level.INFO, "x", "c", null);
    log.write(Level.DEBUG, "x", "d", null);

    assertThat(written())
        .isEqualTo("<3>RGAP: ERROR a\n<4>RGAP: WARNING b\n<6>RGAP: INFO c\n<7>RGAP: DEBUG d\n");
  }

  @Test
  void anInheritedJournalVariableIsNotBelieved() {
    Map<String, String> variables = Map.of("JOURNAL_STREAM", "1:1");
    Run.with(variables, "", "genpsk");

    assertThat(Log.current().toString()).contains("journal=false");
  }

  @Test
  void anExpectedExceptionIsPartOfTheLine() {
    IOException e = new IOException("can't start", new IOException("port in use"));
    log(Level.INFO, false, true).write(Level.WARNING, "x", "trying again", e);

    assertThat(written()).isEqualTo("<4>RGAP: WARNING trying again: can't start: port in use\n");
  }

  @Test
  void whatAWrapperRepeatsIsSaidOnce() {
    IOException e = new IOException("dns: port in use", new IOException("port in use"));
    log(Level.INFO, false, true).write(Level.WARNING, "x", "trying again", e);

    assertThat(written()).isEqualTo("<4>RGAP: WARNING trying again: dns: port in use\n");
  }

  @Test
  void aBugHasAStackTrace() {
    log(Level.INFO, false, true).write(Level.ERROR, "x", "oops", new IllegalStateException("why"));

    assertThat(written().lines().toList())
        .startsWith("<3>RGAP: ERROR oops: java.lang.IllegalStateException: why")
        .anyMatch(line -> line.startsWith("<3>    at dev.rgap.cli.log.LogTest."));
  }

  @Test
  void soHasEveryExceptionAtLevelDebug() {
    log(Level.DEBUG, false, false).write(Level.WARNING, "x", "oops", new IOException("why"));

    assertThat(written()).contains("oops: why\n    java.io.IOException: why\n    at ");
  }

  @Test
  void nothingInAMessageCanForgeALine() {
    IOException e = new IOException("a\nRGAP: forged");
    log(Level.INFO, false, true)
        .write(Level.INFO, "x", "x\r\nRGAP: \u001b[1m\u202e\u2028\u0085", e);

    assertThat(written())
        .isEqualTo(
            "<6>RGAP: INFO x\\r\\nRGAP: \\u001b[1m\\u202e\\u2028\\u0085: a\\nRGAP: forged\n");
  }

  @Test
  void aJsonLineIsAnObject() {
    IOException e = new IOException("no \"route\"\n");
    log(Level.INFO, true, true).write(Level.WARNING, "dev.rgap.X", "can't send", e);

    assertThat(written())
        .isEqualTo(
            "{\"time\":\"2026-11-22T22:34:00.123+01:00\",\"level\":\"warning\","
                + "\"logger\":\"dev.rgap.X\",\"message\":\"can't send\","
                + "\"error\":\"no \\\"route\\\"\\n\"}\n");
  }

  @ParameterizedTest
  @CsvSource({"DEBUG,4", "INFO,3", "WARNING,2", "ERROR,1"})
  void onlyTheLevelAndMoreSevereOnesAreLogged(Level least, int logged) {
    Log log = log(least, false, false);

    assertThat(Stream.of(Level.values()).filter(log::isLoggable))
        .hasSize(logged)
        .doesNotContain(Level.OFF, Level.TRACE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{0} of {1}      | 8271 of null",
        "{1}{0}{2}       | null8271{2}",
        "{0,number,#}    | 8271",
        "it''s {0}       | it's 8271",
        "'{0}' {0}       | {0} 8271",
        "{} {x} { {0     | {} {x} { {0",
      })
  void placeholdersAreFilledWithoutFormatting(String pattern, String expected) {
    assertThat(Placeholders.fill(pattern, 8271, null)).isEqualTo(expected);
  }

  @Test
  void theLoggersOfTheJdkEndHere() {
    Run.of("--log-prefix", "here: ", "genpsk");

    System.Logger logger = System.getLogger("some.name");

    assertThat(logger.isLoggable(Level.INFO)).isTrue();
    assertThat(logger.isLoggable(Level.DEBUG)).isFalse();
    assertThat(logger.getName()).isEqualTo("some.name");
  }
}
