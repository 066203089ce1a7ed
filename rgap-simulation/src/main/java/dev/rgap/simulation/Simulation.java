package dev.rgap.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs scripts, each in a world of its own; deterministic: one seed, one trace. */
final class Simulation {

  private Simulation() {}

  /**
   * Runs a script.
   *
   * @param reader gets the trace; null if nobody wants to know
   * @return what must not be; null if there was nothing
   */
  static @Nullable Violation run(
      Script script, @Nullable Consumer<String> reader, Coverage coverage) {
    World world = new World(script, new Trace(reader), coverage);
    try {
      return world.run();
    } catch (RuntimeException e) {
      throw new IllegalStateException("seed " + script.seed(), e);
    }
  }

  /** The same without a trace. */
  static @Nullable Violation run(Script script) {
    return run(script, null, new Coverage());
  }

  /**
   * Runs the seeds from 1 on until something must not be.
   *
   * @return the seed and what it was; null if there was nothing
   */
  static @Nullable String first(long seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      Violation violation = run(Script.of(seed));
      if (violation != null) {
        return "seed " + seed + ": " + violation;
      }
    }
    return null;
  }

  /** The digest of the traces of the seeds from 1 on. */
  static String digest(int seeds) {
    Trace.Digest digest = new Trace.Digest();
    for (int seed = 1; seed <= seeds; seed++) {
      Violation violation = run(Script.of(seed), digest, new Coverage());
      digest.accept(String.valueOf(violation));
    }
    return digest.take();
  }

  /**
   * The fewest steps of a script that still lead to a violation of the same invariant, as far as
   * leaving some out at a time finds them.
   */
  static Script shrink(Script failing, Invariant invariant) {
    Script best = failing;
    int size = Math.max(1, best.steps().size() / 2);
    while (size >= 1) {
      boolean smaller = false;
      for (int from = 0; from < best.steps().size(); from += size) {
        List<Script.Step> fewer = new ArrayList<>(best.steps());
        fewer.subList(from, Math.min(from + size, fewer.size())).clear();
        Script candidate = best.with(fewer);
        Violation violation = run(candidate);
        if (violation != null && violation.invariant() == invariant) {
          best = candidate;
          smaller = true;
          break;
        }
      }
      size = smaller ? Math.min(size, Math.max(1, best.steps().size() / 2)) : size / 2;
    }
    return best;
  }
}
