package dev.rgap.host.programs;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Runs that are over, but whose output or input somebody keeps open that they left in the
 * background. Each costs processes, threads and memory as long as that goes on, so there are only a
 * few. Not thread-safe.
 */
final class Leftovers {

  /** As many are kept. */
  static final int MAX = 8;

  private static final System.Logger LOG = System.getLogger(Leftovers.class.getName());

  private final Deque<ProcessRun> open = new ArrayDeque<>();
  private boolean said;

  /**
   * Takes a run that is over, and closes the pipes of the oldest if there are too many.
   *
   * @param program for the log
   */
  void add(ProcessRun run, String program) {
    open.removeIf(each -> !each.hasOpenPipes());
    if (run.hasOpenPipes()) {
      open.add(run);
    }
    if (open.size() > MAX) {
      open.remove().closePipes();
      if (!said) {
        said = true;
        LOG.log(
            Level.WARNING,
            "'"
                + program
                + "' leaves processes in the background that keep its output or input open. Of more"
                + " than "
                + MAX
                + " runs the oldest one's are closed, which ends what still writes there; give such"
                + " processes others: </dev/null >/dev/null 2>&1");
      }
    }
  }
}
