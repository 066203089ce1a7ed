package dev.rgap.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what code has thrown that should throw nothing, such as a subscriber's, and that may do so
 * at each call: once for each cause, with where it comes from, and then at most once a minute,
 * without. Two have the same cause if they are of one class and come from one place. Throws nothing
 * itself. Safe for all threads.
 */
@InternalApi
public final class FaultLog {

  /** As many causes are told from each other. */
  private static final int MAX_CAUSES = 5;

  private final Class<?> owner;
  private final LineLimit limit;

  @GuardedBy("this")
  private final List<String> causes = new ArrayList<>();

  @GuardedBy("this")
  private long unsaid;

  /**
   * Nothing has been thrown yet.
   *
   * @param owner whose logger says it; it is not looked up before that
   * @param clock tells a minute
   */
  public FaultLog(Class<?> owner, HostClock clock) {
    this.owner = owner;
    this.limit = new LineLimit(clock, 1);
  }

  /**
   * Something was thrown.
   *
   * @param what what has failed, and what happens next
   */
  public void thrown(String what, Throwable fault) {
    try {
      say(what, fault);
    } catch (RuntimeException | Error e) {
      // Who can't say it can't say that either; whoever calls has to go on.
    }
  }

  private void say(String what, Throwable fault) {
    boolean first;
    long more;
    synchronized (this) {
      first = isFirst(cause(fault));
      if (!limit.admits() && !first) {
        unsaid++;
        return;
      }
      more = unsaid;
      unsaid = 0;
    }
    String line = more == 0 ? what : what + " (and " + more + " more since the last line)";
    System.Logger log = System.getLogger(owner.getName());
    if (first) {
      log.log(Level.ERROR, line, fault);
    } else {
      log.log(Level.ERROR, line + ": " + fault);
    }
  }

  @GuardedBy("this")
  private boolean isFirst(String cause) {
    return causes.size() < MAX_CAUSES && !causes.contains(cause) && causes.add(cause);
  }

  private static String cause(Throwable fault) {
    StackTraceElement[] stack = fault.getStackTrace();
    return fault.getClass().getName() + (stack.length == 0 ? "" : " " + stack[0]);
  }
}
