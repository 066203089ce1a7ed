package dev.rgap.metrics;

import dev.rgap.api.StableApi;
import java.util.List;
import java.util.Map;

/**
 * All numbers as they were at one moment. Immutable.
 *
 * @param families sorted by name
 */
@StableApi
public record MetricsSnapshot(List<Family> families) {

  /** Copies the list. */
  public MetricsSnapshot {
    families = List.copyOf(families);
  }

  /** What kind of number it is. */
  public enum Type {
    /** Grows only; its name ends with {@code _total}. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts values by ranges. */
    HISTOGRAM
  }

  /**
   * All numbers of one name.
   *
   * @param help what they count, in a line
   * @param samples sorted by labels
   */
  public record Family(String name, Type type, String help, List<Sample> samples) {

    /** Copies the list. */
    public Family {
      samples = List.copyOf(samples);
    }
  }

  /**
   * A number and what it is of.
   *
   * @param labels names and values, sorted by name
   */
  public record Sample(Map<String, String> labels, Value value) {

    /**
     * A single number.
     *
     * @param labels names and values in turn
     */
    public static Sample of(double value, String... labels) {
      return new Sample(Labels.of(labels).toMap(), new Reading(value));
    }
  }

  /** A number, or several that belong together. */
  public sealed interface Value {}

  /** A counter's or a gauge's. */
  public record Reading(double value) implements Value {}

  /**
   * A histogram's.
   *
   * @param bounds the upper bounds of the ranges but the last, ascending
   * @param cumulativeCounts how many values are at most each bound; last, how many there are
   * @param sum all values added up
   */
  public record Distribution(List<Double> bounds, List<Long> cumulativeCounts, double sum)
      implements Value {

    /** Copies the lists. */
    public Distribution {
      bounds = List.copyOf(bounds);
      cumulativeCounts = List.copyOf(cumulativeCounts);
    }
  }

  /**
   * The value of one counter or gauge.
   *
   * @param labels all of its labels, a name and a value in turn
   * @throws IllegalArgumentException if there is none
   */
  public double value(String name, String... labels) {
    Map<String, String> wanted = Labels.of(labels).toMap();
    for (Family family : families) {
      if (family.name().equals(name)) {
        for (Sample sample : family.samples()) {
          if (sample.labels().equals(wanted) && sample.value() instanceof Reading reading) {
            return reading.value();
          }
        }
      }
    }
    throw new IllegalArgumentException("no number is named " + name + wanted);
  }
}
