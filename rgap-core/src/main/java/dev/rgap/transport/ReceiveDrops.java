package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many datagrams the system has dropped at the sockets of one source, one after the other, as
 * nobody had read those before: grows only. Looked up when somebody asks, and before a socket is
 * closed. Safe for all threads.
 */
final class ReceiveDrops {

  /** The system counts with 32 bits. */
  private static final long SYSTEMS_BITS = 0xffff_ffffL;

  /** The socket that was looked at last. */
  @GuardedBy("this")
  private UdpSource.@Nullable Port socket;

  /** What the system said of it. */
  @GuardedBy("this")
  private long said;

  @GuardedBy("this")
  private long total;

  /** Whether the system has ever said anything. */
  @GuardedBy("this")
  private boolean known;

  /**
   * Shows them among these numbers, if they are known.
   *
   * @param current the socket that is open
   */
  void register(Metrics metrics, Supplier<UdpSource.@Nullable Port> current) {
    metrics.family(
        "rgap_source_receive_drops_total",
        MetricsSnapshot.Type.COUNTER,
        "Datagrams that the system dropped at a source of announcements, as its socket was full.",
        () -> samples(current.get()));
  }

  private synchronized List<Sample> samples(UdpSource.@Nullable Port current) {
    if (current != null) {
      look(current);
    }
    return known ? List.of(Sample.of((double) total)) : List.of();
  }

  /** Counts what was dropped at this socket since the last look. */
  synchronized void look(UdpSource.Port port) {
    long drops = port.drops();
    if (drops < 0) {
      return;
    }
    if (!port.equals(socket)) {
      socket = port;
      said = 0;
    }
    known = true;
    total += (drops - said) & SYSTEMS_BITS;
    said = drops;
  }
}
