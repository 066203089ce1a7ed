package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers for a moment what another one has told, for many who ask at about the same time. */
final class RecentInterfaces implements HostInterfaces {

  private final HostInterfaces of;
  private final HostClock clock;
  private final long momentNanos;

  @GuardedBy("this")
  private @Nullable List<Link> last;

  @GuardedBy("this")
  private long at;

  RecentInterfaces(HostInterfaces of, HostClock clock, Duration moment) {
    this.of = of;
    this.clock = clock;
    this.momentNanos = moment.toNanos();
  }

  @Override
  public synchronized List<Link> links() throws IOException {
    long now = clock.nanoTime();
    List<Link> links = last;
    if (links == null || now - at > momentNanos) {
      last = null; // not if this fails
      links = of.links();
      last = links;
      at = now;
    }
    return links;
  }
}
