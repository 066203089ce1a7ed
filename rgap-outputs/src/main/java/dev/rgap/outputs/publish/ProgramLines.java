package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.time.HostClock;
import dev.rgap.time.LineLimit;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts into the log what a program has written that is run again and again: all of it, until it
 * fails. From then on, until it works again, only what it has not written before: at first a few
 * lines, then one a minute.
 *
 * <p>Two lines are the same if they differ in nothing but what {@link FailureLog} overlooks. Lines
 * come from one thread at a time.
 */
@StableApi
public final class ProgramLines {

  /** As many new lines may come at once from a program that has failed. */
  private static final int FREE_LINES = 5;

  /** As many lines are remembered: all of a run. */
  private static final int MAX_REMEMBERED = 1_000;

  private final System.Logger log;
  private final String name;
  private final LineLimit limit;

  /** Hashes of lines; of two with the same, one is left out, which harms nobody. */
  private final Set<Integer> written = new HashSet<>();

  private boolean failing;

  /**
   * Nothing was written yet.
   *
   * @param name what every line begins with
   * @param clock tells a minute
   */
  public ProgramLines(System.Logger log, String name, HostClock clock) {
    this.log = log;
    this.name = name;
    this.limit = new LineLimit(clock, FREE_LINES);
  }

  /** It has written a line. */
  public synchronized void add(String line) {
    boolean known = !written.add(FailureLog.cause(line).hashCode());
    if (written.size() > MAX_REMEMBERED) {
      written.clear();
    }
    if (!failing || (!known && limit.admits())) {
      log.log(Level.INFO, name + ": " + line);
    }
  }

  /** It has ended. */
  public synchronized void ended(boolean succeeded) {
    if (succeeded || !failing) {
      limit.reset();
    }
    if (succeeded) {
      written.clear();
    }
    failing = !succeeded;
  }
}
