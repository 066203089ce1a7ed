package dev.rgap.outputs.publish;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.membership.Membership;
import dev.rgap.output.OutputContext;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a file as the membership of some groups wants it.
 *
 * <pre>
 *   event --- Debouncer --+                     not all groups ready: nothing happens
 *   interval -------------+-> render -> ManagedFile.write -> announce
 *   back-off -------------+      |            | (check)        |
 *       ^                        +------------+----------------+---> log once, count
 *       +------ a fault that may pass: the disk, the announcement
 * </pre>
 *
 * <p>What can't be rendered, or is refused by the check, will not be better for waiting: it is
 * tried again at the next change and at the next interval. The file stays as it was.
 */
public final class FilePublisher {

  private static final System.Logger LOG = System.getLogger(FilePublisher.class.getName());
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  /** What goes into the file, and who has a say in it. */
  public interface Contents {

    /**
     * What is to be in the file now.
     *
     * @throws IOException if it can't be made
     */
    byte[] render() throws IOException;

    /** Looks at a file that is to take the place of the present one. */
    default ManagedFile.Check check() {
      return ManagedFile.Check.NONE;
    }

    /**
     * Tells who uses the file that it has changed. Called once after the start, too: a change may
     * have been written but not announced when the program was killed.
     *
     * @throws IOException if they could not be told
     */
    default void announce() throws IOException {}
  }

  private final OutputContext context;
  private final Membership membership;
  private final Scheduler scheduler;
  private final ManagedFile file;
  private final Set<GroupId> groups;
  private final Duration interval;
  private final Contents contents;
  private final FileStats stats = new FileStats();
  private final Debouncer debouncer;
  private final FailureLog trouble;
  private final Retry retry;

  private Membership.@Nullable Subscription subscription;
  private Scheduler.@Nullable Task ticking;
  private volatile boolean closed;
  private boolean announced;

  /**
   * Keeps nothing yet.
   *
   * @param groups nothing is written unless all of them are ready, and each change of one of them
   *     may change the file
   * @param interval how often the file is looked at although nothing has changed; positive
   */
  public FilePublisher(
      OutputContext context,
      ManagedFile file,
      Set<GroupId> groups,
      Debounce debounce,
      Duration interval,
      Contents contents) {
    this.context = context;
    this.membership = context.membership();
    this.scheduler = context.scheduler();
    this.file = file;
    this.groups = Set.copyOf(groups);
    this.interval = interval;
    this.contents = contents;
    this.debouncer = new Debouncer(scheduler, debounce, this::publish);
    this.trouble = new FailureLog(LOG, context.name());
    this.retry = new Retry(scheduler, FIRST_RETRY, LONGEST_RETRY, this::publish);
  }

  /** What has become of the file so far. */
  public FileStats stats() {
    return stats;
  }

  /** Begins. */
  public void start() {
    scheduler.execute(() -> {
      try {
        file.recover();
      } catch (IOException e) {
        failed(e);
      }
    });
    subscription = context.subscribe(groups, event -> debouncer.changed());
    ticking = scheduler.every(interval, this::publish);
  }

  private void publish() {
    if (closed || !ready()) {
      return;
    }
    debouncer.cancel();
    retry.cancel();
    try {
      ManagedFile.Outcome outcome = file.write(contents.render(), contents.check());
      count(outcome);
      announced &= outcome == ManagedFile.Outcome.UNCHANGED;
      if (!announced) {
        contents.announce();
        announced = true;
      }
      stats.lastSuccessMicros.set(scheduler.clock().epochMicros());
      retry.reset();
      trouble.worked();
    } catch (ManagedFile.RefusedException e) {
      if (closed) {
        return; // what would have looked at the file was stopped
      }
      stats.refused.increment();
      trouble.failed(
          String.valueOf(e.getMessage()), "the file stays as it was until the next change");
    } catch (IOException e) {
      if (closed) {
        return;
      }
      announced = false; // it is not known how far the file has come
      failed(e);
      retry.later();
    }
  }

  private boolean ready() {
    return groups.stream().allMatch(group -> membership.snapshot(group).ready());
  }

  private void count(ManagedFile.Outcome outcome) {
    switch (outcome) {
      case UNCHANGED -> stats.unchanged.increment();
      case REPLACED -> stats.written.increment();
      case IN_PLACE -> stats.writtenInPlace.increment();
    }
    if (outcome != ManagedFile.Outcome.UNCHANGED) {
      LOG.log(Level.DEBUG, context.name() + ": wrote " + file.path());
    }
  }

  private void failed(IOException e) {
    stats.failed.increment();
    trouble.failed(e.getMessage() == null ? e.toString() : e.getMessage(), "trying again");
  }

  /** Ends; the file stays as it is. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    debouncer.cancel();
    retry.cancel();
    if (ticking != null) {
      ticking.cancel();
    }
    if (subscription != null) {
      subscription.close();
      LOG.log(Level.INFO, context.name() + ": " + file.path() + ": " + stats.summary());
    }
  }
}
