package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.host.files.ManagedFile;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.Step.Outcome;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps a file as the membership of some groups wants it: the step of a {@link StatePublisher}.
 *
 * <pre>
 *   render -> ManagedFile.write -> announce
 *     |            | (check)         |
 *     +-- refused  +-- refused       +-- failed
 *     |   or failed    or failed
 * </pre>
 *
 * <p>What is refused by the check will not be better for waiting: it is tried again at the next
 * change and at the next interval. The file stays as it was.
 */
@StableApi
public final class FilePublisher implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(FilePublisher.class.getName());
  private static final RetryPolicy RETRIES =
      RetryPolicy.endless(Duration.ofSeconds(1), Duration.ofMinutes(1));

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
  private final ManagedFile file;
  private final Contents contents;
  private final FileStats stats;
  private final StatePublisher publisher;
  private boolean started;

  /** Whether those who use the file know of what is in it. */
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
    this.file = file;
    this.contents = contents;
    this.stats = new FileStats(context.metrics());
    this.publisher =
        new StatePublisher(
            context, groups, debounce, Optional.of(interval), RETRIES, snapshots -> write());
  }

  /**
   * Writes the file an interval after the start, if at the start one of the groups is ready
   * although nobody is known of it. Called before the start.
   *
   * @return this
   */
  public FilePublisher waitForUnknown() {
    publisher.waitForUnknown();
    return this;
  }

  /** What has become of the file so far. */
  public FileStats stats() {
    return stats;
  }

  /** Finishes what was begun before a kill, and watches the groups from now on. */
  public void start() {
    started = true;
    context.scheduler().execute(this::recover);
    publisher.start();
  }

  /** Even if it will be long before the groups are ready. */
  private void recover() {
    if (publisher.isClosed()) {
      return;
    }
    try {
      file.recover();
    } catch (IOException e) {
      stats.failed.increment();
      publisher.failedBeside(StatePublisher.text(e));
    } catch (RuntimeException | Error e) {
      stats.failed.increment();
      publisher.failedBeside(file.path() + ": " + e);
    }
  }

  private Outcome write() throws IOException {
    try {
      ManagedFile.Outcome outcome = file.write(contents.render(), contents.check());
      count(outcome);
      announced &= outcome == ManagedFile.Outcome.UNCHANGED;
      if (!announced) {
        contents.announce();
        announced = true;
      }
      return outcome == ManagedFile.Outcome.UNCHANGED ? Outcome.UNCHANGED : Outcome.PUBLISHED;
    } catch (ManagedFile.RefusedException e) {
      if (publisher.isClosed()) {
        return Outcome.STOPPED; // so was what would have looked at the file
      }
      stats.refused.increment();
      return Outcome.refused(
          String.valueOf(e.getMessage()), "the file stays as it was until the next change");
    } catch (IOException | RuntimeException | Error e) {
      if (publisher.isClosed()) {
        return Outcome.STOPPED;
      }
      announced = false; // it is not known how far the file has come
      stats.failed.increment();
      throw e;
    }
  }

  private void count(ManagedFile.Outcome outcome) {
    switch (outcome) {
      case UNCHANGED -> stats.unchanged.increment();
      case REPLACED -> stats.replaced.increment();
      case IN_PLACE -> stats.inPlace.increment();
    }
    if (outcome != ManagedFile.Outcome.UNCHANGED) {
      LOG.log(Level.DEBUG, context.name() + ": wrote " + file.path());
    }
  }

  /** Ends; the file stays as it is. */
  @Override
  public void close() {
    if (publisher.isClosed()) {
      return;
    }
    publisher.close();
    if (started) {
      LOG.log(Level.INFO, context.name() + ": " + file.path() + ": " + stats.summary());
    }
  }
}
