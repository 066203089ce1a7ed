package dev.rgap.cli.command;

import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentState;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The time in which agents that are to end drain. */
final class Draining {

  /** How often it is looked whether agents still drain. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /** What is left to do when they don't. */
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private Draining() {}

  /**
   * Drains before the end, unless there is nothing left that does, or somebody asks for the end
   * again.
   *
   * @param begin has agents drain
   * @param longest how long that takes
   */
  static void await(
      Runnable begin,
      Supplier<List<AgentReport>> reports,
      Duration longest,
      Environment environment,
      ServiceManager manager) {
    manager.stopping();
    if (!longest.isPositive()) {
      return;
    }
    manager.extend(longest.plus(LONGEST_END));
    manager.status("draining, for at most " + DurationText.format(longest));
    begin.run();
    long end = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < end
        && reports.get().stream().anyMatch(each -> each.state() == AgentState.DRAINING)
        && !environment.shutdown().awaitInsistence(LOOK)) {
      // It drains.
    }
  }
}
