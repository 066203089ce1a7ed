package dev.rgap.agent;

import dev.rgap.api.StableApi;
import java.time.Duration;

/**
 * How a check is made, and when what comes of it counts.
 *
 * @param check what is asked
 * @param interval how often, from one start to the next; positive. One that takes longer is not
 *     asked again before it has answered
 * @param timeout how long it may take; positive
 * @param rise how often it has to pass in a row until it counts as passing; at least 1
 * @param fall how often it has to fail in a row until it counts as failing; at least 1
 * @param startPeriod how long after the start it may fail without anything being said about it
 */
@StableApi
public record HealthCheckConfig(
    HealthCheck check,
    Duration interval,
    Duration timeout,
    int rise,
    int fall,
    Duration startPeriod) {

  /** Every five seconds unless something else is given. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  /** A second unless something else is given. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  /** Passes once unless something else is given. */
  public static final int DEFAULT_RISE = 1;

  /** Fails three times in a row unless something else is given. */
  public static final int DEFAULT_FALL = 3;

  public HealthCheckConfig {
    if (!interval.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException("the interval and the timeout must be positive");
    }
    if (rise < 1 || fall < 1) {
      throw new IllegalArgumentException("rise and fall must be at least 1");
    }
    if (startPeriod.isNegative()) {
      throw new IllegalArgumentException("the start period must not be negative");
    }
  }

  /** A check with the defaults. */
  public static HealthCheckConfig of(HealthCheck check) {
    return new HealthCheckConfig(
        check, DEFAULT_INTERVAL, DEFAULT_TIMEOUT, DEFAULT_RISE, DEFAULT_FALL, Duration.ZERO);
  }
}
