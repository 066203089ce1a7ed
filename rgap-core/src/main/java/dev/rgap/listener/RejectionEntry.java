package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one sender has sent that was rejected for one reason: how often, and the last of it, from
 * which all else is worked out when somebody asks. Guarded by the lock of the {@link
 * RejectionTable} that it is in.
 */
final class RejectionEntry {

  /** The sender's address, or its label if that is not known. */
  private final Object sender;

  private final Rejection reason;

  /** Of the configured group; 0 if it is none. */
  private final long groupBits;

  private final byte[] datagram;

  private String source = "";
  private @Nullable GroupConfig group;
  private int length;
  private boolean mayBeCut;
  private long count;
  private long firstMicros;
  private long lastMicros;
  private long lastNanos;

  /** How many there were when people were told last. */
  private long toldCount;

  private long toldNanos;

  RejectionEntry(Object sender, Rejection reason, long groupBits) {
    this(sender, reason, groupBits, new byte[AnnouncementCodec.SIZE]);
  }

  private RejectionEntry(Object sender, Rejection reason, long groupBits, byte[] datagram) {
    this.sender = sender;
    this.reason = reason;
    this.groupBits = groupBits;
    this.datagram = datagram;
  }

  boolean isOf(Object from, Rejection why, long bits) {
    return reason == why && groupBits == bits && sender.equals(from);
  }

  /** Orders by when the last one came, by the monotonic clock: the wall clock may be set back. */
  static int newestFirst(RejectionEntry one, RejectionEntry other) {
    return Long.signum(other.lastNanos - one.lastNanos);
  }

  /** Another one. */
  void heard(
      String at,
      byte[] bytes,
      int size,
      @Nullable GroupConfig config,
      long nowMicros,
      long nowNanos) {
    if (count++ == 0) {
      firstMicros = nowMicros;
    }
    source = at;
    group = config;
    length = size;
    mayBeCut = size == bytes.length;
    System.arraycopy(bytes, 0, datagram, 0, Math.min(size, datagram.length));
    lastMicros = nowMicros;
    lastNanos = nowNanos;
  }

  /**
   * Whether people have not been told for so long; then they are now.
   *
   * @return how many there were in between; negative if it is too early
   */
  long tell(long nowNanos, long periodNanos) {
    if (toldCount > 0 && nowNanos - toldNanos < periodNanos) {
      return -1;
    }
    long between = count - toldCount - 1;
    toldCount = count;
    toldNanos = nowNanos;
    return between;
  }

  /** The same, which nothing changes any more. */
  RejectionEntry copy() {
    RejectionEntry copy = new RejectionEntry(sender, reason, groupBits, datagram.clone());
    copy.source = source;
    copy.group = group;
    copy.length = length;
    copy.mayBeCut = mayBeCut;
    copy.count = count;
    copy.firstMicros = firstMicros;
    copy.lastMicros = lastMicros;
    copy.lastNanos = lastNanos;
    return copy;
  }

  /** For people. Takes microseconds: to be called with a copy, and without the lock. */
  RejectedSender show() {
    boolean odd = reason == Rejection.SIZE || reason == Rejection.VERSION;
    InetAddress address = sender instanceof InetAddress known ? known : null;
    return new RejectedSender(
        reason,
        address == null ? sender.toString() : IpAddress.describe(address),
        address == null ? null : IpAddress.of(address),
        source,
        odd ? null : new GroupId(AnnouncementCodec.groupBits(datagram)),
        odd
            ? null
            : new IpAddress(
                AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram)),
        count,
        instant(firstMicros),
        instant(lastMicros),
        reason == Rejection.STALE
            ? RejectionText.clockDifference(AnnouncementCodec.timestampMicros(datagram), lastMicros)
            : null,
        reason == Rejection.SIZE
            ? RejectionText.ofSize(length, mayBeCut)
            : RejectionText.of(reason, datagram, length, group, lastMicros));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
