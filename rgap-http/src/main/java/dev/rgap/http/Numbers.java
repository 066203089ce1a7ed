package dev.rgap.http;

import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot.Distribution;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.metrics.MetricsSnapshot.Reading;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All numbers, as Prometheus reads them. */
final class Numbers {

  private static final String TOTAL = "_total";

  private final Metrics metrics;
  private final String version;

  /**
   * @param version rgap's
   */
  Numbers(Metrics metrics, String version) {
    this.metrics = metrics;
    this.version = version;
  }

  Answer show(Call call) throws Refusal {
    call.allow(Set.of());
    List<Family> all = new ArrayList<>(metrics.snapshot().families());
    all.addAll(ProcessNumbers.now());
    MetricSnapshots snapshots = of(all, version);
    ExpositionFormatWriter writer =
        call.header("Accept").contains("application/openmetrics-text")
            ? OpenMetricsTextFormatWriter.create()
            : PrometheusTextFormatWriter.create();
    return new Answer(200, writer.getContentType(), Map.of(), out -> writer.write(out, snapshots));
  }

  /**
   * Prometheus' text format, for a file that another exporter hands out with its own numbers: those
   * of the process would be taken for that exporter's.
   */
  byte[] text() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(text, of(metrics.snapshot().families(), version));
    return text.toByteArray();
  }

  private static MetricSnapshots of(List<Family> own, String version) {
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(
        InfoSnapshot.builder()
            .name("rgap_build")
            .help("Which rgap this is.")
            .dataPoint(
                InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of("version", version, "java_version", Runtime.version().toString()))
                    .build())
            .build());
    for (Family family : own) {
      if (!family.samples().isEmpty()) {
        all.add(of(family));
      }
    }
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot of(Family family) {
    String name = family.name();
    return switch (family.type()) {
      case COUNTER ->
          new CounterSnapshot(
              new MetricMetadata(name.substring(0, name.length() - TOTAL.length()), family.help()),
              family.samples().stream()
                  .map(sample ->
                      new CounterDataPointSnapshot(reading(sample), labels(sample), null, 0L))
                  .toList());
      case GAUGE ->
          new GaugeSnapshot(
              new MetricMetadata(name, family.help()),
              family.samples().stream()
                  .map(sample -> new GaugeDataPointSnapshot(reading(sample), labels(sample), null))
                  .toList());
      case HISTOGRAM ->
          new HistogramSnapshot(
              new MetricMetadata(name, family.help()),
              family.samples().stream().map(Numbers::histogram).toList());
    };
  }

  private static double reading(Sample sample) {
    return sample.value() instanceof Reading reading ? reading.value() : Double.NaN;
  }

  private static Labels labels(Sample sample) {
    String[] names = sample.labels().keySet().toArray(String[]::new);
    return Labels.of(names, sample.labels().values().toArray(String[]::new));
  }

  private static HistogramDataPointSnapshot histogram(Sample sample) {
    HistogramDataPointSnapshot.Builder point = HistogramDataPointSnapshot.builder();
    point.labels(labels(sample));
    if (sample.value() instanceof Distribution distribution) {
      ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
      List<Long> counts = distribution.cumulativeCounts();
      for (int i = 0; i < counts.size(); i++) {
        double bound =
            i < distribution.bounds().size()
                ? distribution.bounds().get(i)
                : Double.POSITIVE_INFINITY;
        buckets.bucket(bound, counts.get(i) - (i == 0 ? 0 : counts.get(i - 1)));
      }
      point.classicHistogramBuckets(buckets.build()).sum(distribution.sum());
    }
    return point.build();
  }
}
