package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.config.ConfigReader;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.config.FileStamps;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.http.LastReload;
import dev.rgap.http.Reload;
import dev.rgap.listener.Changes;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.time.HostClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration of a listener or an agent again: when it is told to, and when a file has
 * changed that it watches. What is read is checked as a whole first; a configuration with errors
 * changes nothing.
 *
 * <pre>
 *   SIGHUP, changed files -> ConfigReader -> Listener.reconfigure, Agents.become
 *                               | errors
 *                               v
 *                            one line of the log, metrics, {@link ReloadSign}
 * </pre>
 *
 * @param <C> what is configured
 */
final class Reloading<C> {

  private static final System.Logger LOG = System.getLogger(Reloading.class.getName());

  /** How often files are looked at; what has changed must be the same for as long. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** More changes than these are counted in the log. */
  private static final int MOST_SHOWN = 20;

  private static final String ENDING = "rgap is ending";

  private static final Reload NOTHING = new Reload(false, List.of(), List.of(), List.of());

  private final ConfigReader<C> reader;
  private final String name;
  private final Environment environment;
  private final ServiceManager manager;
  private final HostClock clock = HostClock.system();

  private final Semaphore requests = new Semaphore(0);

  /** Those who wait for what comes of it. */
  private final Queue<CompletableFuture<Reload>> asking = new ConcurrentLinkedQueue<>();

  private volatile boolean ended;

  // Of the thread:
  private ReloadSign sign = ReloadSign.FIRST;
  private boolean watching;

  /** The files as they were before they were read. */
  private FileStamps read = new FileStamps();

  /** The files at the last look. */
  private FileStamps seen = read;

  /** What came of it last. */
  private Reload outcome = NOTHING;

  private volatile @Nullable C present;
  private volatile ReloadSign.State state = ReloadSign.State.OK;
  private volatile double goodSince;
  private volatile @Nullable LastReload last;

  /**
   * Reads nothing again yet.
   *
   * @param reader reads it
   * @param name the configuration's file
   * @param manager is told that it is read, and is done
   */
  Reloading(ConfigReader<C> reader, String name, Environment environment, ServiceManager manager) {
    this.reader = reader;
    this.name = name;
    this.environment = environment;
    this.manager = manager;
    goodSince = seconds();
  }

  private double seconds() {
    return clock.epochMicros() / 1e6;
  }

  /** Adds its numbers. */
  void keepNumbers(Metrics metrics) {
    metrics.family(
        "rgap_config_last_reload_successful",
        MetricsSnapshot.Type.GAUGE,
        "Whether the configuration that was read last is in use, 1, or has errors, 0.",
        () -> List.of(Sample.of(state == ReloadSign.State.NO ? 0.0 : 1.0)));
    metrics.family(
        "rgap_config_last_reload_success_timestamp_seconds",
        MetricsSnapshot.Type.GAUGE,
        "When the configuration that is in use was read, in seconds since 1970.",
        () -> List.of(Sample.of(goodSince)));
  }

  /** What there is to know about the last time, for everybody on this host; may be nothing. */
  String remark() {
    return switch (state) {
      case NO -> "the last reload failed, see the log";
      case SO -> "the last reload could not start all, see the log";
      case OK, GO -> "";
    };
  }

  /** What came of it the last time; nothing if it was never asked for. */
  Optional<LastReload> last() {
    return Optional.ofNullable(last);
  }

  /** Asks for it. May be called before {@link #start}. */
  void request() {
    requests.release();
  }

  /** Asks for it, and waits for what comes of it. */
  Reload requestAndWait() {
    CompletableFuture<Reload> answer = new CompletableFuture<>();
    asking.add(answer);
    request();
    if (ended) {
      answer.complete(failed(ENDING));
    }
    return answer.join();
  }

  /**
   * What is in use.
   *
   * @param first what was at the start
   */
  C present(C first) {
    return Objects.requireNonNullElse(present, first);
  }

  /**
   * Reads the file again from now on, for a program that has started.
   *
   * @param apply has the program go by what was read, which has no errors
   * @param first what was read so far
   */
  void start(Function<ConfigResult<C>, Changes> apply, ConfigResult<C> first) {
    remember(first);
    watching = first.config().isPresent() && reader.watches(first.config().get());
    Thread thread = new Thread(null, () -> run(apply), sign.text(), 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads nothing again any more; what is under way may still fail as the program ends. */
  void end() {
    ended = true;
    requests.release();
  }

  private void run(Function<ConfigResult<C>, Changes> apply) {
    while (true) {
      boolean asked = await();
      List<CompletableFuture<Reload>> waiting = new ArrayList<>();
      for (var each = asking.poll(); each != null; each = asking.poll()) {
        waiting.add(each);
      }
      if (ended) {
        waiting.forEach(each -> each.complete(failed(ENDING)));
        return;
      }
      if (asked || (watching && haveChanged())) {
        manager.reloading(clock.nanoTime() / 1_000);
        show(ReloadSign.State.GO);
        state = reload(apply);
        last = new LastReload(Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS), outcome);
        manager.ready(); // before it shows: who has asked for it ends then
        show(state);
      }
      waiting.forEach(each -> each.complete(outcome));
    }
  }

  private static Reload failed(String why) {
    return new Reload(false, List.of(), List.of(), List.of(why));
  }

  /** Waits until somebody asks, or until it is time for a look at the files. */
  private boolean await() {
    try {
      boolean asked = true;
      if (watching) {
        asked = requests.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } else {
        requests.acquire();
      }
      requests.drainPermits(); // one answer for all who have asked before it
      return asked;
    } catch (InterruptedException e) {
      ended = true; // nobody does that
      return false;
    }
  }

  /** Whether files are not as they were read, and nobody is at it still. */
  private boolean haveChanged() {
    FileStamps now = read.now();
    boolean settled = now.equals(seen);
    seen = now;
    return settled && !now.equals(read);
  }

  private void show(ReloadSign.State state) {
    sign = sign.then(state);
    Thread.currentThread().setName(sign.text());
  }

  private ReloadSign.State reload(Function<ConfigResult<C>, Changes> apply) {
    try {
      FileStamps before = read.now();
      ConfigResult<C> result;
      try {
        result = reader.readAgain(name, environment);
      } catch (Failure e) {
        read = before;
        outcome = failed(e.line());
        LOG.log(Level.ERROR, "the configuration stays as it was: {0}", e.line());
        return ReloadSign.State.NO;
      }
      remember(result);
      if (result.config().isEmpty()) {
        outcome = new Reload(false, List.of(), List.of(), result.problems());
        LOG.log(Level.ERROR, "the configuration stays as it was: {0}", first(result.errors()));
        return ReloadSign.State.NO;
      }
      if (!result.problems().isEmpty()) {
        LOG.log(Level.WARNING, "{0}", first(result.problems()));
      }
      return apply(result.config().get(), result, apply);
    } catch (RuntimeException | Error e) {
      if (ended) {
        return ReloadSign.State.NO; // what it is for is closed
      }
      outcome = failed("the configuration could not be read again; the log says more");
      LOG.log(Level.ERROR, "the configuration could not be read again", e);
      return ReloadSign.State.NO;
    }
  }

  /** Watches what was read from now on. */
  private void remember(ConfigResult<C> result) {
    FileStamps files = result.files();
    if (result.hasErrors()) {
      files.addAll(read); // there may be errors before others are named
    }
    read = files;
    seen = files;
  }

  private static String first(List<String> problems) {
    return problems.getFirst()
        + (problems.size() == 1
            ? ""
            : " (and " + (problems.size() - 1) + " more; 'rgap check' shows them all)");
  }

  private ReloadSign.State apply(
      C config, ConfigResult<C> read, Function<ConfigResult<C>, Changes> apply) {
    Changes changes = apply.apply(read);
    present = config;
    outcome = new Reload(true, changes.made(), changes.failed(), read.problems());
    watching = reader.watches(config);
    goodSince = seconds();
    String made = changes.made().isEmpty() ? "nothing has changed" : summary(changes.made());
    LOG.log(Level.INFO, "{0} was read again: {1}", name, made);
    return changes.complete() ? ReloadSign.State.OK : ReloadSign.State.SO;
  }

  static Changes both(Changes one, Changes other) {
    List<String> made = new ArrayList<>(one.made());
    made.addAll(other.made());
    List<String> failed = new ArrayList<>(one.failed());
    failed.addAll(other.failed());
    return new Changes(made, failed);
  }

  private static String summary(List<String> made) {
    List<String> shown = new ArrayList<>(made.subList(0, Math.min(made.size(), MOST_SHOWN)));
    if (made.size() > MOST_SHOWN) {
      shown.add("and " + (made.size() - MOST_SHOWN) + " more changes");
    }
    return String.join(", ", shown);
  }
}
