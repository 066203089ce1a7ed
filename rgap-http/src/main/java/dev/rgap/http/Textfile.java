package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.listener.Changes;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a listener's numbers in a file, for node_exporter's textfile collector, if that is
 * configured; there is no thread otherwise. The file goes when this is closed, or is to be another
 * one: nobody could tell old numbers from new ones. Safe for all threads.
 */
@InternalApi
public final class Textfile implements AutoCloseable {

  private static final String MODE = "rw-r--r--";

  private final Metrics metrics;
  private final String version;
  private final Function<String, Scheduler> schedulers;
  private final Counter failures;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable Writing writing;

  /**
   * Writes nothing yet.
   *
   * @param version rgap's
   * @param schedulers makes the thread of this name that writes
   */
  public Textfile(Metrics metrics, String version, Function<String, Scheduler> schedulers) {
    this.metrics = metrics;
    this.version = version;
    this.schedulers = schedulers;
    this.failures =
        metrics.counter(
            "rgap_textfile_write_failures_total",
            "Attempts to write the file with numbers that have failed.");
  }

  /** Goes by this from now on; nothing means no file. */
  public Changes reconfigure(Optional<TextfileConfig> wanted) {
    synchronized (lock) {
      Writing before = writing;
      if (before == null ? wanted.isEmpty() : wanted.filter(before.config::equals).isPresent()) {
        return new Changes(List.of(), List.of());
      }
      if (before != null) {
        boolean stays =
            wanted.map(TextfileConfig::file).filter(before.config.file()::equals).isPresent();
        before.end(!stays);
      }
      writing = wanted.isPresent() ? new Writing(wanted.get()) : null;
      return new Changes(
          List.of(before == null ? "metrics added" : "metrics " + change(wanted)), List.of());
    }
  }

  private static String change(Optional<TextfileConfig> wanted) {
    return wanted.isPresent() ? "changed" : "removed";
  }

  /** Removes the file, and returns when nobody writes it any more. */
  @Override
  public void close() {
    synchronized (lock) {
      if (writing != null) {
        writing.end(true);
        writing = null;
      }
    }
  }

  /** The file as it is kept by one configuration. */
  private final class Writing {

    final TextfileConfig config;
    private final ManagedFile file;
    private final Scheduler scheduler;

    /** Whether the file has been begun: leftovers of a kill are gone. */
    private boolean begun;

    /** Whether the last attempt has failed, and this was said. */
    private boolean failing;

    Writing(TextfileConfig config) {
      this.config = config;
      this.file =
          new ManagedFile(
              config.file(),
              new WantedOwnership(
                  Optional.of(PosixFilePermissions.fromString(MODE)),
                  Optional.empty(),
                  Optional.empty()));
      this.scheduler = schedulers.apply("rgap-textfile");
      scheduler.every(config.interval(), this::write);
    }

    private void write() {
      try {
        if (!begun) {
          begun = true;
          file.recover();
        }
        var _ = file.write(new Numbers(metrics, version).text(), ManagedFile.Check.NONE);
        if (failing) {
          failing = false;
          log(Level.INFO, "the numbers are written to " + config.file() + " again");
        }
      } catch (IOException | RuntimeException e) {
        failures.increment();
        if (!failing) {
          failing = true;
          log(
              Level.ERROR,
              "the numbers can't be written; it is tried again at each interval: "
                  + (e instanceof IOException ? e.getMessage() : e));
        }
      }
    }

    void end(boolean remove) {
      scheduler.close();
      try {
        if (remove && Files.exists(config.file())) {
          Files.delete(config.file().toRealPath()); // a link to it stays
        }
      } catch (IOException e) {
        log(Level.WARNING, "the numbers stay in " + config.file() + ", and grow old: " + e);
      }
    }
  }

  private static void log(Level level, String line) {
    System.getLogger(Textfile.class.getName()).log(level, line);
  }
}
