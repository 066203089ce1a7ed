package dev.rgap.listener;

import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/** An output of a listener, with what belongs to it alone: its thread and its numbers. */
final class RunningOutput {

  private final OutputContext context;
  private final Output output;

  private RunningOutput(OutputContext context, Output output) {
    this.context = context;
    this.output = output;
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
    RunningOutput running = new RunningOutput(context, output);
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
