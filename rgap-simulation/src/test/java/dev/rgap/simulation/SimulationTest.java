package dev.rgap.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One seed, one trace; and what searches have found, kept. */
class SimulationTest {

  private static final int OF_DIGEST = 40;

  private static String kept() throws IOException {
    try (InputStream in = SimulationTest.class.getResourceAsStream("/digest-of-40-seeds")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  @Test
  void traceIsTheSameOnEachMachine() throws IOException {
    assertThat(Simulation.digest(OF_DIGEST))
        .as("traces of 40 seeds; if they are to be others: rgap-simulation/run digest 40")
        .isEqualTo(kept());
  }

  @Test
  void traceIsTheSameWithAnotherLocaleAndTimeZone() throws IOException {
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      assertThat(Simulation.digest(OF_DIGEST)).isEqualTo(kept());
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void anotherSeedIsAnotherTrace() {
    List<String> one = new ArrayList<>();
    List<String> other = new ArrayList<>();
    assertThat(Simulation.run(Script.of(1), one::add, new Coverage())).isNull();
    assertThat(Simulation.run(Script.of(2), other::add, new Coverage())).isNull();
    assertThat(one).isNotEmpty().isNotEqualTo(other);
  }

  @Test
  void traceSaysWhoDidWhatAndWhy() {
    List<String> trace = new ArrayList<>();
    assertThat(Simulation.run(Script.of(1), trace::add, new Coverage())).isNull();
    assertThat(trace)
        .anyMatch(line -> line.matches("\\d+\\.\\d{9} worker-\\d: sends to site-1: group .*"))
        .anyMatch(line -> line.matches("\\d+\\.\\d{9} site-1: accepts group .*"))
        .anyMatch(line -> line.matches("\\d+\\.\\d{9} site-1: publishes group .*"))
        .anyMatch(line -> line.endsWith("world: all calms down"));
  }

  @Test
  void severalHundredWorldsAreAsTheyShouldBe() {
    assertThat(Simulation.first(600)).isNull();
  }

  /** Seeds of what has been mended: of sleeping hosts, and of clocks that wrap around. */
  @ParameterizedTest
  @ValueSource(longs = {2406, 5833, 2, 10})
  void whatWasFoundIsMended(long seed) {
    assertThat(Simulation.run(Script.of(seed))).isNull();
  }

  @Test
  void searchTellsWhatHasHappenedAndWhatNever() throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      status = Main.run(out, "search", "40", "1000");
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(status).isZero();
    assertThat(text)
        .containsPattern("[1-9]\\d*  joined")
        .contains("never: [")
        .contains("40 seeds, 0 of them with something that must not be");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serach 4", "search", "search many", "fleet 0 1 1"})
  void commandThatIsWrongIsExplained(String words) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status;
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      status = Main.run(out, words.split(" ", -1));
    }
    assertThat(status).isEqualTo(2);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("search SEEDS", "fleet AGENTS");
  }

  @Test
  void fleetAgreesAtTheEnd() throws InterruptedException {
    assertThat(Main.run(System.out, "fleet", "200", "2", "1")).isZero();
  }

  @Test
  void eachInvariantSaysSomethingElse() {
    TreeSet<String> sentences = new TreeSet<>();
    for (Invariant invariant : Invariant.values()) {
      sentences.add(invariant.says());
    }
    assertThat(sentences).hasSameSizeAs(Invariant.values());
  }
}
