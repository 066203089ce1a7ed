package dev.rgap.metrics;

import dev.rgap.api.StableApi;
import dev.rgap.metrics.MetricsSnapshot.Distribution;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.metrics.MetricsSnapshot.Reading;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.metrics.MetricsSnapshot.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The numbers of a program: hands out counters, gauges and histograms, and shows them all at once.
 *
 * <p>Names and labels follow the conventions of Prometheus: {@code rgap_} in front, units in plain
 * seconds or bytes at the end, {@code _total} after counters; a label's values must be few, and
 * never be chosen by strangers. A number is made once and kept by whoever counts: asking for the
 * same again gives the same one.
 *
 * <p>What comes and goes while the program runs, such as an output, has a {@link #scope} of its
 * own, with which its numbers go. Safe for all threads.
 */
@StableApi
public final class Metrics {

  /** One number, or all of one name: where they are counted, and how they are read. */
  private record Series(Object counted, Labels common, Supplier<List<Sample>> samples) {}

  /** Numbers of one name. */
  private record Entry(MetricsSnapshot.Type type, String help, Map<Labels, Series> series) {}

  /** Shared by all scopes; also the lock. */
  private final Map<String, Entry> entries;

  private final Labels common;

  /** Without any number yet. */
  public Metrics() {
    this(new TreeMap<>(), Labels.NONE);
  }

  private Metrics(Map<String, Entry> entries, Labels common) {
    this.entries = entries;
    this.common = common;
  }

  /**
   * A view of the same numbers, in which each has these labels besides its own.
   *
   * @param labels names and values in turn
   */
  public Metrics scope(String... labels) {
    return new Metrics(entries, common.and(labels));
  }

  /** Forgets all numbers of this scope. Whoever still has them may go on counting, unseen. */
  public void forget() {
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        entry.series().keySet().removeIf(labels -> labels.flat().containsAll(common.flat()));
      }
      entries.values().removeIf(entry -> entry.series().isEmpty());
    }
  }

  /**
   * A counter.
   *
   * @param name ends with {@code _total}
   * @param help what it counts, in a line
   * @param labels names and values in turn
   * @throws IllegalArgumentException if the name is none, or is one of another kind of number
   */
  public Counter counter(String name, String help, String... labels) {
    Counter counter = new Counter();
    return kept(
        Counter.class,
        new Key(name, MetricsSnapshot.Type.COUNTER, help, labels),
        counter,
        () -> new Reading((double) counter.value()));
  }

  /**
   * A gauge that is set.
   *
   * @param help what it tells, in a line
   * @param labels names and values in turn
   * @throws IllegalArgumentException if the name is none, or is one of another kind of number
   */
  public Gauge gauge(String name, String help, String... labels) {
    Gauge gauge = new Gauge();
    return kept(
        Gauge.class,
        new Key(name, MetricsSnapshot.Type.GAUGE, help, labels),
        gauge,
        () -> new Reading(gauge.value()));
  }

  /**
   * A gauge that is read when somebody looks.
   *
   * @param reading called for each snapshot, on its thread; should be quick
   * @throws IllegalArgumentException if the name is none, or is one of another kind of number
   */
  public void gauge(String name, String help, DoubleSupplier reading, String... labels) {
    kept(
        Object.class,
        new Key(name, MetricsSnapshot.Type.GAUGE, help, labels),
        reading,
        () -> new Reading(reading.getAsDouble()));
  }

  /**
   * A histogram.
   *
   * @param bounds upper bounds of its ranges, ascending; above them is one more
   * @throws IllegalArgumentException if the name is none, or is one of another kind of number
   */
  public Histogram histogram(String name, String help, double[] bounds, String... labels) {
    Histogram histogram = new Histogram(bounds);
    return kept(
        Histogram.class,
        new Key(name, MetricsSnapshot.Type.HISTOGRAM, help, labels),
        histogram,
        () -> distribution(histogram));
  }

  /**
   * All numbers of one name, read when somebody looks: for what there may be thousands of.
   *
   * @param reading called for each snapshot, on its thread
   * @throws IllegalArgumentException if the name is none, or is one of another kind of number
   */
  public void family(
      String name, MetricsSnapshot.Type type, String help, Supplier<List<Sample>> reading) {
    keep(Object.class, new Key(name, type, help), reading, reading);
  }

  private static Distribution distribution(Histogram histogram) {
    List<Double> bounds = new ArrayList<>();
    for (double bound : histogram.bounds()) {
      bounds.add(bound);
    }
    List<Long> counts = new ArrayList<>();
    for (long count : histogram.cumulativeCounts()) {
      counts.add(count);
    }
    return new Distribution(bounds, counts, histogram.sum());
  }

  /** What is asked for. */
  private record Key(String name, MetricsSnapshot.Type type, String help, List<String> labels) {
    Key(String name, MetricsSnapshot.Type type, String help, String... labels) {
      this(name, type, help, List.of(labels));
      if (!Names.isMetric(name)) {
        throw new IllegalArgumentException("'" + name + "' can't name a number");
      }
      if (type == MetricsSnapshot.Type.COUNTER && !name.endsWith("_total")) {
        throw new IllegalArgumentException("a counter's name ends with _total: " + name);
      }
    }
  }

  private <T> T kept(Class<T> kind, Key key, T made, Supplier<Value> value) {
    Labels own = Labels.of(key.labels().toArray(String[]::new));
    return keep(kind, key, made, () -> List.of(new Sample(own.toMap(), value.get())));
  }

  private <T> T keep(Class<T> kind, Key key, T made, Supplier<List<Sample>> samples) {
    Labels all = common.and(key.labels().toArray(String[]::new));
    synchronized (entries) {
      Entry entry = entries.get(key.name());
      if (entry == null) {
        entry = new Entry(key.type(), key.help(), new TreeMap<>());
        entries.put(key.name(), entry);
      } else if (entry.type() != key.type()) {
        throw new IllegalArgumentException(
            key.name() + " is a " + entry.type() + ", not a " + key.type());
      }
      Series known = entry.series().get(all);
      if (known == null) {
        entry.series().put(all, new Series(made, common, samples));
        return made;
      }
      return kind.cast(known.counted());
    }
  }

  /** All numbers of all scopes, as they are now. */
  public MetricsSnapshot snapshot() {
    record Found(String name, Entry entry, List<Series> series) {}
    List<Found> found = new ArrayList<>();
    synchronized (entries) {
      entries.forEach(
          (name, entry) -> found.add(new Found(name, entry, List.copyOf(entry.series().values()))));
    }
    // Outside of the lock: reading a number may call code of others.
    List<Family> families = new ArrayList<>();
    for (Found each : found) {
      Map<Labels, Sample> samples = new TreeMap<>();
      for (Series series : each.series()) {
        for (Sample sample : series.samples().get()) {
          Labels labels = series.common().and(sample.labels());
          samples.put(labels, new Sample(labels.toMap(), sample.value()));
        }
      }
      families.add(
          new Family(
              each.name(),
              each.entry().type(),
              each.entry().help(),
              List.copyOf(samples.values())));
    }
    return new MetricsSnapshot(families);
  }
}
