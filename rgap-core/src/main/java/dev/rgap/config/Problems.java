package dev.rgap.config;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong with a configuration, so that it can be shown at once. */
@StableApi
public final class Problems {

  /** More of them help nobody, and each takes memory. */
  private static final int MAX_REMEMBERED = 10_000;

  private final List<Problem> all = new ArrayList<>();
  private boolean errors;

  /** Without a problem so far. */
  public Problems() {}

  /** Adds an error. */
  public void error(Position position, String path, String what, String hint) {
    errors = true;
    add(Severity.ERROR, position, path, what, hint);
  }

  /** Adds a warning. */
  public void warning(Position position, String path, String what, String hint) {
    add(Severity.WARNING, position, path, what, hint);
  }

  private void add(Severity severity, Position position, String path, String what, String hint) {
    if (all.size() < MAX_REMEMBERED) {
      all.add(new Problem(severity, position, path, what, hint));
    }
  }

  /** Whether there is an error, and so no usable configuration. */
  public boolean hasErrors() {
    return errors;
  }

  /** What was found, the first ten thousand at least, in the order of the file. */
  public List<Problem> all() {
    return all.stream().sorted(Problems::byPlace).toList();
  }

  private static int byPlace(Problem a, Problem b) {
    int byLine = Integer.compare(a.position().line(), b.position().line());
    return byLine != 0 ? byLine : Integer.compare(a.position().column(), b.position().column());
  }
}
