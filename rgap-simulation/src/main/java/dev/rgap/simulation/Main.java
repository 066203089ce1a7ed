package dev.rgap.simulation;

import java.io.PrintStream;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** The commands of the simulation. */
public final class Main {

  private static final String USAGE =
      """
      search SEEDS [FIRST]          runs this many seeds, from FIRST (1) on, on all processors
      replay SEED                   prints what happens with a seed
      shrink SEED                   leaves out steps as long as it still fails, and prints what happens
      digest SEEDS                  prints a digest of what happens with the seeds from 1 on
      fleet AGENTS LISTENERS HOURS  runs a large fleet, and says whether all agree at the end
      """;

  private static final int MOST_SHOWN = 20;

  private Main() {}

  /** Runs a command; the status is 1 if something must not be, 2 if the command is not known. */
  public static void main(String... arguments) throws InterruptedException {
    System.exit(run(System.out, arguments));
  }

  static int run(PrintStream out, String... arguments) throws InterruptedException {
    try {
      return switch (arguments.length == 0 ? "" : arguments[0]) {
        case "search" ->
            search(out, number(arguments, 1), arguments.length > 2 ? number(arguments, 2) : 1);
        case "replay" -> replay(out, Script.of(number(arguments, 1)));
        case "shrink" -> shrink(out, Script.of(number(arguments, 1)));
        case "digest" -> {
          out.println(Simulation.digest((int) number(arguments, 1)));
          yield 0;
        }
        case "fleet" ->
            Fleet.run(
                out,
                (int) number(arguments, 1),
                (int) number(arguments, 2),
                (int) number(arguments, 3));
        default -> throw new IllegalArgumentException("there is no such command");
      };
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.print(USAGE);
      return 2;
    }
  }

  private static long number(String[] arguments, int place) {
    if (arguments.length <= place) {
      throw new IllegalArgumentException(arguments[0] + ": a number is missing");
    }
    try {
      return Long.parseLong(arguments[place]);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          arguments[0] + ": " + arguments[place] + " is no whole number", e);
    }
  }

  private static int search(PrintStream out, long seeds, long first) throws InterruptedException {
    AtomicLong next = new AtomicLong(first);
    ConcurrentSkipListMap<Long, Violation> found = new ConcurrentSkipListMap<>();
    Coverage coverage = new Coverage();
    Callable<Coverage> worlds =
        () -> {
          Coverage own = new Coverage();
          for (long seed; (seed = next.getAndIncrement()) < first + seeds; ) {
            Violation violation = Simulation.run(Script.of(seed), null, own);
            if (violation != null) {
              found.put(seed, violation);
            }
          }
          return own;
        };
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      for (Future<Coverage> each : threads.invokeAll(Collections.nCopies(processors, worlds))) {
        coverage.add(each.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    out.print(coverage);
    out.println("never: " + coverage.never());
    found.entrySet().stream()
        .limit(MOST_SHOWN)
        .forEach(each -> out.println("seed " + each.getKey() + ": " + each.getValue()));
    out.println(seeds + " seeds, " + found.size() + " of them with something that must not be");
    return found.isEmpty() ? 0 : 1;
  }

  private static int replay(PrintStream out, Script script) {
    out.println(script);
    script.steps().forEach(step -> out.println("  " + step));
    Violation violation = Simulation.run(script, out::println, new Coverage());
    out.println(violation == null ? "all is as it should be" : violation);
    return violation == null ? 0 : 1;
  }

  private static int shrink(PrintStream out, Script script) {
    Violation violation = Simulation.run(script);
    if (violation == null) {
      out.println("all is as it should be");
      return 0;
    }
    Script least = Simulation.shrink(script, violation.invariant());
    int status = replay(out, least);
    out.println(least.steps().size() + " steps of " + script.steps().size() + " are left");
    return status;
  }
}
