package dev.rgap.agent;

import dev.rgap.protocol.IpAddress;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent's {@link AddressSource}s say: of each what it said last, as long as that is not too
 * old. For one scheduler's tasks, but for what slow sources are at.
 */
final class CurrentAddresses {

  /** A source, and what it said last. */
  private static final class Watched {
    final AddressSource source;

    /** Runs it if it is slow; null if it is quick. */
    final @Nullable Scheduler apart;

    volatile List<IpAddress> last = List.of();
    volatile long at;
    boolean asked;

    /** Whether it has said anything, be it that it can't tell. */
    volatile boolean heard;

    /** Why it can't tell now; null if it can. */
    volatile @Nullable String problem;

    Watched(AddressSource source, @Nullable Scheduler apart) {
      this.source = source;
      this.apart = apart;
    }
  }

  private final List<Watched> all = new ArrayList<>();
  private final long maxAgeNanos;
  private final Scheduler owner;
  private final Runnable changed;

  /**
   * Nothing is known yet.
   *
   * @param maxAge how long what a source said counts when it can't be asked
   * @param shared its ticker's tasks call this
   * @param changed is called by the owner when a slow source has said something
   */
  CurrentAddresses(List<AddressSource> sources, Duration maxAge, Shared shared, Runnable changed) {
    for (AddressSource source : sources) {
      Scheduler apart =
          source.isQuick() ? null : shared.apart(Agent.ADDRESS_THREAD, source.label());
      all.add(new Watched(source, apart));
    }
    this.maxAgeNanos = maxAge.toNanos();
    this.owner = shared.ticker();
    this.changed = changed;
  }

  /** Asks quick sources. */
  void askQuick() {
    for (Watched each : all) {
      if (each.apart == null) {
        ask(each);
      }
    }
  }

  /** Has slow sources asked, unless that is under way. */
  void askSlow() {
    for (Watched each : all) {
      if (each.apart != null && !each.asked) {
        each.asked = true;
        each.apart.execute(() -> askSlowly(each));
      }
    }
  }

  private void ask(Watched each) {
    try {
      said(each, each.source.find());
    } catch (IOException | RuntimeException | Error e) {
      failed(each, e);
    }
  }

  private void askSlowly(Watched each) {
    Runnable outcome;
    try {
      List<IpAddress> found = each.source.find();
      outcome = () -> said(each, found);
    } catch (IOException | RuntimeException | Error e) {
      outcome = () -> failed(each, e);
    }
    Runnable told = outcome;
    owner.execute(() -> {
      each.asked = false;
      told.run();
      changed.run();
    });
  }

  private void said(Watched each, List<IpAddress> found) {
    each.last = List.copyOf(found);
    each.at = owner.clock().nanoTime();
    each.heard = true;
    if (each.problem != null) {
      each.problem = null;
      log(Level.INFO, each.source.label() + ": tells addresses again: " + found);
    }
  }

  private void failed(Watched each, Throwable e) {
    boolean first = each.problem == null;
    String problem = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
    each.problem = problem;
    each.heard = true;
    if (first) {
      log(Level.WARNING, each.source.label() + ": " + problem + "; asking again at each interval");
    }
    if (e instanceof NoAddressException) {
      each.last = List.of();
    }
  }

  /** The addresses that there are now, each once. */
  Set<IpAddress> now() {
    long now = owner.clock().nanoTime();
    Set<IpAddress> addresses = new LinkedHashSet<>();
    for (Watched each : all) {
      addresses.addAll(last(each, now));
    }
    return addresses;
  }

  private List<IpAddress> last(Watched of, long now) {
    return now - of.at <= maxAgeNanos ? of.last : List.of();
  }

  /** Whether all sources have said something. */
  boolean isDecided() {
    return all.stream().allMatch(each -> each.heard);
  }

  List<AgentReport.Source> reports() {
    long now = owner.clock().nanoTime();
    List<AgentReport.Source> reports = new ArrayList<>();
    for (Watched each : all) {
      reports.add(
          new AgentReport.Source(
              each.source.label(), last(each, now), Optional.ofNullable(each.problem)));
    }
    return reports;
  }

  /** Ends what slow sources run on. */
  void close() {
    for (Watched each : all) {
      if (each.apart != null) {
        each.apart.close();
      }
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static void log(Level level, String text) {
    System.getLogger(Agent.class.getName()).log(level, text);
  }
}
