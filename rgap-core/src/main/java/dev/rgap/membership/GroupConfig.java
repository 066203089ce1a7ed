package dev.rgap.membership;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;

/**
 * What is configured for one group.
 *
 * @param id the group
 * @param key the secret that its members sign with
 * @param expire how long an announcement keeps its address a member, counted from the
 *     announcement's timestamp; positive
 * @param clockSkew how far a timestamp may be from this host's clock, in either direction; positive
 *     and at most {@code expire}
 * @param readinessDelay how long after the start the group becomes ready; not negative
 * @param maxMembers how many members there can be at a time; 1 to {@value #GREATEST_MAX_MEMBERS}
 */
public record GroupConfig(
    GroupId id,
    PreSharedKey key,
    Duration expire,
    Duration clockSkew,
    Duration readinessDelay,
    int maxMembers) {

  /** The {@code maxMembers} of a group for which nothing else is configured. */
  public static final int DEFAULT_MAX_MEMBERS = 1_000_000;

  /** The largest {@code maxMembers}. */
  public static final int GREATEST_MAX_MEMBERS = 100_000_000;

  /** The longest {@code expire} and {@code readinessDelay}: about a century. */
  public static final Duration MAX_DURATION = Duration.ofDays(36_500);

  /**
   * Normalises the skew: one that is not positive means {@code expire}, and a larger one is capped
   * to {@code expire}; a negative delay means none.
   *
   * @throws IllegalArgumentException if a duration is outside its range
   */
  public GroupConfig {
    if (!expire.isPositive() || expire.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException("expire must be positive and at most a century");
    }
    if (!clockSkew.isPositive() || clockSkew.compareTo(expire) > 0) {
      clockSkew = expire;
    }
    if (readinessDelay.isNegative()) {
      readinessDelay = Duration.ZERO;
    }
    if (readinessDelay.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException("readiness_delay must be at most a century");
    }
    if (maxMembers < 1 || maxMembers > GREATEST_MAX_MEMBERS) {
      throw new IllegalArgumentException("max_members must be 1 to " + GREATEST_MAX_MEMBERS);
    }
  }

  /** A group of at most {@value #DEFAULT_MAX_MEMBERS} members. */
  public GroupConfig(
      GroupId id, PreSharedKey key, Duration expire, Duration clockSkew, Duration readinessDelay) {
    this(id, key, expire, clockSkew, readinessDelay, DEFAULT_MAX_MEMBERS);
  }

  /** {@code expire} in microseconds. */
  public long expireMicros() {
    return micros(expire);
  }

  /** {@code clockSkew} in microseconds. */
  public long clockSkewMicros() {
    return micros(clockSkew);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
