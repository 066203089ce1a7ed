package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import org.jspecify.annotations.Nullable;

/** Agents, of which nothing is noted: without anybody who asks this takes no thread. */
final class ServedAgents implements Served {

  private final AgentSubject subject;

  @GuardedBy("this")
  private @Nullable Scheduler scheduler;

  ServedAgents(AgentSubject subject) {
    this.subject = subject;
  }

  @Override
  public LocalSocket.Kind kind() {
    return LocalSocket.Kind.AGENT;
  }

  @Override
  public Metrics metrics() {
    return subject.metrics();
  }

  /** Made when something could not be had for the first time. */
  @Override
  public synchronized Scheduler scheduler() {
    if (scheduler == null) {
      scheduler = Scheduler.onThread("rgap-retry", HostClock.system());
    }
    return scheduler;
  }

  @Override
  public Routes routes(Traffic traffic) {
    return Routes.ofAgents(subject);
  }

  @Override
  public void endStreams() {
    // There are none.
  }

  @Override
  public synchronized void close() {
    if (scheduler != null) {
      scheduler.close();
    }
  }
}
