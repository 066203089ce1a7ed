package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.protocol.IpAddress;
import dev.rgap.text.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A question that was asked on a thread of its own, which has some time to answer.
 *
 * @param <T> what it answers
 */
final class Asking<T> {

  /** About what the system's resolver takes to give up. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FutureTask<T> task;
  private final Duration patience;

  private Asking(Callable<T> question, Duration patience) {
    this.task = new FutureTask<>(question);
    this.patience = patience;
    Thread _ = Thread.ofVirtual().start(task);
  }

  /** Asks. */
  static <T> Asking<T> of(Callable<T> question) {
    return new Asking<>(question, PATIENCE);
  }

  /** Asks where addresses are. */
  static Asking<List<IpAddress>> of(AddressSource source) {
    return of(source::find);
  }

  /** Makes a check. */
  static Asking<HealthCheck> of(HealthCheckConfig config) {
    HealthCheck check = config.check();
    return new Asking<>(
        () -> {
          check.run(config.timeout());
          return check;
        },
        config.timeout());
  }

  /**
   * The answer.
   *
   * @throws IOException with the reason, for people, if there is none
   */
  T answer() throws IOException {
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable why = e.getCause();
      throw new IOException(
          why instanceof IOException ? String.valueOf(why.getMessage()) : String.valueOf(why), why);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new IOException("no answer within " + DurationText.format(patience), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
