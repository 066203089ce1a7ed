package dev.rgap.listener;

import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An output of a listener, with what belongs to it alone: its thread and its numbers. */
final class RunningOutput {

  /** How long it may be at one task besides what that has to wait for. A disk may be slow. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ConfiguredOutput<?> configured;
  private final OutputContext context;
  private final Output output;
  private final Work work;

  private RunningOutput(ConfiguredOutput<?> configured, OutputContext context, Output output) {
    this.configured = configured;
    this.context = context;
    this.output = output;
    this.work =
        Work.of(
            "output " + context.id(),
            context.scheduler(),
            () -> output.longestWait().map(PATIENCE::plus));
  }

  /**
   * Makes and starts an output.
   *
   * @throws IOException if it can't start; nothing is left of it
   */
  static RunningOutput start(
      ConfiguredOutput<?> configured,
      Membership membership,
      Function<String, Scheduler> schedulers,
      Metrics all)
      throws IOException {
    OutputId id = configured.id();
    OutputContext context =
        OutputContext.of(
            id, membership, schedulers.apply("rgap-output " + id), all.scope("output", id.text()));
    Output output;
    try {
      output = configured.create(context);
    } catch (RuntimeException | Error e) {
      end(context);
      throw e;
    }
    RunningOutput running = new RunningOutput(configured, context, output);
    try {
      output.start();
      return running;
    } catch (IOException e) {
      running.close();
      throw new IOException(id + " can't start: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      running.close();
      throw e;
    }
  }

  /** What it goes by. */
  ConfiguredOutput<?> configured() {
    return configured;
  }

  /** The same output with another configuration; null if it can't go on with that. */
  @Nullable RunningOutput with(ConfiguredOutput<?> other) {
    return configured.reconfigure(output, other) ? new RunningOutput(other, context, output) : null;
  }

  /** What became of its last attempt to publish something. */
  Optional<OutputReport> lastReport() {
    return context.lastReport();
  }

  Work work() {
    return work;
  }

  Duration closingTime() {
    return output.closingTime();
  }

  /** Ends it, in the order that leaves nothing running. What fails is logged and stops nothing. */
  void close() {
    Closing.quietly("output " + context.id(), output);
    end(context);
  }

  private static void end(OutputContext context) {
    Closing.quietly("what output " + context.id() + " is subscribed to", context);
    Closing.quietly("the thread of output " + context.id(), context.scheduler());
    context.metrics().forget();
  }
}
