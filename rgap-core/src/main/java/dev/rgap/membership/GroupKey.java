package dev.rgap.membership;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One key of a group, and who has used it. All but the key itself is read and changed with the
 * membership's lock held. Counting allocates nothing.
 */
@InternalApi
public final class GroupKey {

  private final PreSharedKey key;
  private final int number;

  /** Null until somebody asks: making it takes microseconds. */
  private @Nullable String fingerprint;

  private long announcements;
  private long lastHigh;
  private long lastLow;
  private long lastMicros;

  /** By the pulse. */
  private long lastNanos;

  private boolean inUse;

  /**
   * A key that nobody has used.
   *
   * @param number stands for it; 1 to {@value GroupKeys#MOST_NUMBER}
   */
  GroupKey(PreSharedKey key, int number) {
    this.key = key;
    this.number = number;
  }

  /** The key. */
  public PreSharedKey key() {
    return key;
  }

  /** Stands for this key among those that the group has and had. */
  int number() {
    return number;
  }

  /** It has signed an announcement of this address. */
  void announced(long high, long low, long nowMicros, long now) {
    announcements++;
    lastHigh = high;
    lastLow = low;
    lastMicros = nowMicros;
    lastNanos = now;
  }

  /** Whether it is known to be in use. */
  boolean inUse() {
    return inUse;
  }

  void inUse(boolean is) {
    inUse = is;
  }

  /** Whether nobody has used it for longer than this. */
  boolean isIdle(long now, long nanos) {
    return now - lastNanos > nanos;
  }

  String fingerprint() {
    String shown = fingerprint;
    if (shown == null) {
      shown = key.fingerprint();
      fingerprint = shown;
    }
    return shown;
  }

  KeyUse use() {
    String shown = fingerprint();
    return announcements == 0
        ? new KeyUse(shown, 0, null, null)
        : new KeyUse(
            shown,
            announcements,
            new IpAddress(lastHigh, lastLow),
            Instant.EPOCH.plus(lastMicros, ChronoUnit.MICROS));
  }
}
