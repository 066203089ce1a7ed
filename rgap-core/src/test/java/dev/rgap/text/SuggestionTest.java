package dev.rgap.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> KNOWN =
      List.of("dns", "log", "eventlog", "hostsfile", "command", "noop", "readiness_delay");

  @ParameterizedTest
  @CsvSource({
    "lgo, log", // swapped
    "lo, log", // missing
    "logg, log", // one too many
    "lag, log", // replaced
    "event_log, eventlog",
    "eventlgo, eventlog",
    "hostfile, hostsfile",
    "readines_delay, readiness_delay",
    "readyness-delay, readiness_delay",
    "dms, dns",
  })
  void findsWhatWasMeant(String typed, String meant) {
    assertThat(Suggestion.nearest(typed, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"''", "x", "prometheus", "hosts"})
  void guessesNothingFromAfar(String typed) {
    assertThat(Suggestion.nearest(typed, KNOWN)).isEmpty();
  }

  @Test
  void aVeryLongWordCostsNothing() {
    assertThat(Suggestion.nearest("l".repeat(1_000_000), KNOWN)).isEmpty();
    assertThat(Suggestion.nearest("log", List.of())).isEmpty();
  }

  @Test
  void asksAndGoesOn() {
    assertThat(Suggestion.question("lgo", KNOWN)).isEqualTo("did you mean 'log'?");
    assertThat(Suggestion.question("lgo", KNOWN, "--", "")).isEqualTo("did you mean --log?");
    assertThat(Suggestion.then(Suggestion.question("lgo", KNOWN), "known: log"))
        .isEqualTo("did you mean 'log'? known: log");
  }

  @Test
  void asksNothingWhereItGuessesNothing() {
    assertThat(Suggestion.question("prometheus", KNOWN)).isEmpty();
    assertThat(Suggestion.then(Suggestion.question("prometheus", KNOWN), "known: log"))
        .isEqualTo("known: log");
  }
}
