package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.time.HostClock;
import dev.rgap.time.LineLimit;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether something that is done again and again works at the moment. Says it once in the log when
 * it fails, when it fails for another cause, and when it works again.
 *
 * <p>Two failures have the same cause if they differ in nothing but numbers and names with digits
 * in them, or the random part of a temporary file's name: these are others at each attempt. After
 * the first few causes there is at most one line a minute.
 */
@StableApi
public final class FailureLog {

  /** As many lines may come at once. More are rather one cause whose text is always another. */
  private static final int FREE_LINES = 5;

  /** What the random part of a temporary file's name follows. */
  private static final String TEMPORARY = ".rgap-";

  private final System.Logger log;
  private final String name;
  private final LineLimit limit;

  /** Of which exceptions the log has a stack trace. */
  private final List<String> traced = new ArrayList<>();

  private String current = "";

  /** Since it last worked. */
  private long failures;

  /**
   * Nothing has failed yet.
   *
   * @param name what every line begins with
   */
  public FailureLog(System.Logger log, String name) {
    this(log, name, HostClock.system());
  }

  /**
   * Nothing has failed yet.
   *
   * @param name what every line begins with
   * @param clock tells a minute
   */
  public FailureLog(System.Logger log, String name, HostClock clock) {
    this.log = log;
    this.name = name;
    this.limit = new LineLimit(clock, FREE_LINES);
  }

  /**
   * It has failed.
   *
   * @param what what, and why
   * @param next what happens next
   */
  public void failed(String what, String next) {
    failed(what, next, null);
  }

  /**
   * It has failed.
   *
   * @param thrown for the log: where a fault of the program itself came from
   */
  void failed(String what, String next, @Nullable Throwable thrown) {
    failures++;
    String cause = cause(what);
    if (!cause.equals(current) && limit.admits()) {
      current = cause;
      String line = name + ": " + what + (next.isEmpty() ? "" : "; " + next);
      log.log(Level.ERROR, line, thrown != null && isNew(thrown) ? thrown : null);
    }
  }

  /** Whether its stack trace has not been seen, be it that it has worked since. */
  private boolean isNew(Throwable thrown) {
    String kind = thrown.getClass().getName();
    return traced.size() < FREE_LINES && !traced.contains(kind) && traced.add(kind);
  }

  /** It works (again): said once after failures. */
  public void worked() {
    if (failures > 0) {
      log.log(
          Level.INFO,
          name + ": works again, after " + failures + (failures == 1 ? " failure" : " failures"));
      failures = 0;
      current = "";
      limit.reset();
    }
  }

  /** The text without what is another one at each attempt. */
  static String cause(String text) {
    StringBuilder cause = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      int begin = i;
      boolean digits = false;
      while (i < text.length() && Character.isLetterOrDigit(text.charAt(i))) {
        digits |= Character.isDigit(text.charAt(i));
        i++;
      }
      if (i == begin) {
        cause.append(text.charAt(i++));
      } else if (digits || text.startsWith(TEMPORARY, begin - TEMPORARY.length())) {
        cause.append('#');
      } else {
        cause.append(text, begin, i);
      }
    }
    return cause.toString();
  }

  /** Whether it has failed since it last worked. */
  public boolean persists() {
    return failures > 0;
  }
}
