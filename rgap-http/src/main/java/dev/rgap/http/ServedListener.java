package dev.rgap.http;

import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;

/** A listener, of which it is noted from the start on what happens. */
final class ServedListener implements Served {

  private final Subject subject;
  private final Scheduler scheduler;
  private final Recent recent;

  /**
   * Begins to note.
   *
   * @param scheduler whose thread does so; closed with this
   */
  ServedListener(Subject subject, Scheduler scheduler) {
    this.subject = subject;
    this.scheduler = scheduler;
    this.recent = new Recent(subject.membership(), scheduler);
  }

  @Override
  public LocalSocket.Kind kind() {
    return LocalSocket.Kind.LISTENER;
  }

  @Override
  public Metrics metrics() {
    return subject.metrics();
  }

  @Override
  public Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public Routes routes(Traffic traffic) {
    return Routes.ofListener(subject, recent, traffic);
  }

  @Override
  public void endStreams() {
    recent.events().endReaders();
  }

  @Override
  public void close() {
    recent.close();
    scheduler.close();
  }
}
