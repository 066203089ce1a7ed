package dev.rgap.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rgap.metrics.MetricsSnapshot.Distribution;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.metrics.MetricsSnapshot.Reading;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  private final Metrics metrics = new Metrics();

  @Test
  void showsAllNumbersSortedByNameAndLabels() {
    metrics.counter("rgap_b_total", "Bs.", "kind", "second").add(2);
    metrics.counter("rgap_b_total", "Bs.", "kind", "first").increment();
    metrics.gauge("rgap_a_seconds", "As.").set(1.5);

    assertThat(metrics.snapshot())
        .isEqualTo(
            new MetricsSnapshot(
                List.of(
                    new Family(
                        "rgap_a_seconds",
                        MetricsSnapshot.Type.GAUGE,
                        "As.",
                        List.of(new Sample(Map.of(), new Reading(1.5)))),
                    new Family(
                        "rgap_b_total",
                        MetricsSnapshot.Type.COUNTER,
                        "Bs.",
                        List.of(
                            new Sample(Map.of("kind", "first"), new Reading(1)),
                            new Sample(Map.of("kind", "second"), new Reading(2)))))));
  }

  @Test
  void theSameNameAndLabelsAreTheSameNumber() {
    metrics.counter("rgap_a_total", "As.", "x", "1", "y", "2").increment();
    metrics.counter("rgap_a_total", "As.", "y", "2", "x", "1").increment();

    assertThat(metrics.snapshot().value("rgap_a_total", "x", "1", "y", "2")).isEqualTo(2);
  }

  @Test
  void aSnapshotStaysAsItIs() {
    Counter counter = metrics.counter("rgap_a_total", "As.");
    MetricsSnapshot before = metrics.snapshot();
    counter.increment();

    assertThat(before.value("rgap_a_total")).isZero();
    assertThat(metrics.snapshot().value("rgap_a_total")).isEqualTo(1);
  }

  @Test
  void aHistogramCountsValuesUpToEachBound() {
    Histogram histogram = metrics.histogram("rgap_a_seconds", "As.", new double[] {0.1, 1});
    histogram.observe(0.05);
    histogram.observe(0.1);
    histogram.observe(0.5);
    histogram.observe(7);

    assertThat(metrics.snapshot().families().getFirst().samples().getFirst().value())
        .isEqualTo(new Distribution(List.of(0.1, 1.0), List.of(2L, 3L, 4L), 7.65));
    assertThat(histogram.count()).isEqualTo(4);
  }

  @Test
  void aGaugeCanBeReadWhenSomebodyLooks() {
    double[] now = {1};
    metrics.gauge("rgap_a", "As.", () -> now[0]);
    now[0] = 2;

    assertThat(metrics.snapshot().value("rgap_a")).isEqualTo(2);
  }

  @Test
  void aScopesNumbersHaveItsLabelsAndGoWithIt() {
    Metrics output = metrics.scope("output", "dns :53");
    output.counter("rgap_a_total", "As.", "type", "A").increment();
    metrics.counter("rgap_a_total", "As.", "output", "another", "type", "A").add(5);
    metrics.counter("rgap_b_total", "Bs.").increment();
    assertThat(metrics.snapshot().value("rgap_a_total", "output", "dns :53", "type", "A"))
        .isEqualTo(1);

    output.forget();

    assertThat(metrics.snapshot().families())
        .extracting(Family::name)
        .containsExactly("rgap_a_total", "rgap_b_total");
    assertThat(metrics.snapshot().families().getFirst().samples()).hasSize(1);
  }

  @Test
  void nothingIsLeftOfAForgottenScope() {
    for (int i = 0; i < 10; i++) {
      Metrics output = metrics.scope("output", "number " + i);
      output.counter("rgap_a_total", "As.").increment();
      output.forget();
    }
    assertThat(metrics.snapshot().families()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rgap-a_total", "1_total", "rgap_ä_total", "rgap_a"})
  void refusesNamesThatPrometheusWouldNotTake(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> metrics.counter(name, "As."));
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    metrics.gauge("rgap_a_total", "As.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter("rgap_a_total", "As."))
        .withMessageContaining("is a GAUGE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter("rgap_b_total", "Bs.", "label"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter("rgap_b_total", "Bs.", "__name", "x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.scope("a", "1").counter("rgap_b_total", "Bs.", "a", "2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metrics.counter("rgap_b_total", "Bs.").add(-1));
  }
}
