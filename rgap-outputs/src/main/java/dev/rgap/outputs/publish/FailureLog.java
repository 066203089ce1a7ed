package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Whether something that is done again and again works at the moment. Says it once in the log when
 * it fails, when it fails in another way, and when it works again.
 */
@StableApi
public final class FailureLog {

  private final System.Logger log;
  private final String name;
  private String current = "";
  private long failures;

  /**
   * Nothing has failed yet.
   *
   * @param name what every line begins with
   */
  public FailureLog(System.Logger log, String name) {
    this.log = log;
    this.name = name;
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
    if (!what.equals(current)) {
      current = what;
      log.log(Level.ERROR, name + ": " + what + (next.isEmpty() ? "" : "; " + next), thrown);
    }
  }

  /** It works (again): said once after failures. */
  public void worked() {
    if (failures > 0) {
      log.log(
          Level.INFO,
          name + ": works again, after " + failures + (failures == 1 ? " failure" : " failures"));
      failures = 0;
      current = "";
    }
  }

  /** Whether it has failed since it last worked. */
  public boolean persists() {
    return failures > 0;
  }
}
