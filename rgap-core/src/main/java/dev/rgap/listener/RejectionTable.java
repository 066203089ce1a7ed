package dev.rgap.listener;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.transport.Sender;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #CAPACITY} {@linkplain RejectionEntry entries}, each in one of {@value #PROBES}
 * places, which depend on whom it is of. Where another one wants to be, one gives way that was not
 * heard for a minute; if there is none, the other one is counted only. Safe for all threads.
 */
final class RejectionTable {

  /** A power of two. */
  static final int CAPACITY = 256;

  /** Nothing is to be said. */
  static final long QUIET = -1;

  /** It is to be said that there are too many senders. */
  static final long OVERFLOW = -2;

  private static final int PROBES = 8;

  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  @GuardedBy("this")
  private final @Nullable RejectionEntry[] entries = new @Nullable RejectionEntry[CAPACITY];

  /** Of the entries: so that looking for one need not look at others, which lie anywhere. */
  @GuardedBy("this")
  private final int[] hashes = new int[CAPACITY];

  /** When the entries were heard last. */
  @GuardedBy("this")
  private final long[] heardNanos = new long[CAPACITY];

  @GuardedBy("this")
  private long others;

  @GuardedBy("this")
  private long overflowToldNanos;

  @GuardedBy("this")
  private boolean overflowTold;

  /**
   * Takes note of a rejection.
   *
   * @return if people are to be told of it, which is once a minute for each entry, how many of its
   *     kind there were in between; else {@link #QUIET}, or, once a minute, {@link #OVERFLOW}
   */
  long note(
      Rejection reason,
      String source,
      Sender sender,
      byte[] datagram,
      int length,
      @Nullable GroupConfig group,
      long nowMicros,
      long nowNanos) {
    InetAddress address = sender.address();
    Object from = address == null ? sender.label() : address;
    long groupBits = group == null ? 0 : group.id().bits();
    synchronized (this) {
      int place = place(from, reason, groupBits, nowNanos);
      if (place < 0) {
        others++;
        return overflow(nowNanos);
      }
      heardNanos[place] = nowNanos;
      RejectionEntry entry = requireNonNull(entries[place]);
      entry.heard(source, datagram, length, group, nowMicros, nowNanos);
      return Math.max(QUIET, entry.tell(nowNanos, PERIOD_NANOS));
    }
  }

  /** Where the entry for these is, which may be a new one; negative if there is no room. */
  @GuardedBy("this")
  private int place(Object sender, Rejection reason, long groupBits, long nowNanos) {
    int hash = 31 * (31 * sender.hashCode() + reason.name().hashCode()) + Long.hashCode(groupBits);
    hash ^= hash >>> 16;
    int usable = -1;
    for (int i = 0; i < PROBES; i++) {
      int place = (hash + i) & (CAPACITY - 1);
      if (hashes[place] == hash) {
        RejectionEntry entry = entries[place];
        if (entry != null && entry.isOf(sender, reason, groupBits)) {
          return place;
        }
      }
      if (usable < 0 && (nowNanos - heardNanos[place] >= PERIOD_NANOS || entries[place] == null)) {
        usable = place;
      }
    }
    if (usable >= 0) {
      entries[usable] = new RejectionEntry(sender, reason, groupBits);
      hashes[usable] = hash;
    }
    return usable;
  }

  @GuardedBy("this")
  private long overflow(long nowNanos) {
    if (overflowTold && nowNanos - overflowToldNanos < PERIOD_NANOS) {
      return QUIET;
    }
    overflowTold = true;
    overflowToldNanos = nowNanos;
    return OVERFLOW;
  }

  /** How many had no room. */
  synchronized long others() {
    return others;
  }

  /** Adds copies of all entries. */
  synchronized void copyTo(List<RejectionEntry> list) {
    for (RejectionEntry entry : entries) {
      if (entry != null) {
        list.add(entry.copy());
      }
    }
  }
}
