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

    /** Whether it is planned to look whether what it said is too old. */
    boolean ageing;

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

  /** Whether any of these may tell something else at any time, and can be asked each second. */
  static boolean areWatchful(List<AddressSource> sources) {
    for (AddressSource source : sources) {
      if (source.isQuick() && !isConstant(source)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isConstant(AddressSource source) {
    return source instanceof FixedAddress;
  }

  /**
   * Asks quick sources.
   *
   * @return whether one tells something else than when it was asked last, or can't tell, or could
   *     not: what it tells again then may have been given up meanwhile
   */
  boolean askQuick() {
    boolean different = false;
    for (Watched each : all) {
      if (each.apart == null) {
        different |= ask(each);
      }
    }
    return different;
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

  private boolean ask(Watched each) {
    try {
      return said(each, each.source.find());
    } catch (IOException | RuntimeException | Error e) {
      failed(each, e);
      return true;
    }
  }

  private void askSlowly(Watched each) {
    Runnable outcome;
    try {
      List<IpAddress> found = each.source.find();
      outcome =
          () -> {
            said(each, found);
            planAge(each);
          };
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

  /** Has a look when what a slow source has said is too old: nobody looks each second. */
  private void planAge(Watched each) {
    if (!each.ageing) {
      each.ageing = true;
      owner.at(each.at + maxAgeNanos + 1, () -> aged(each));
    }
  }

  private void aged(Watched each) {
    each.ageing = false;
    if (isTooOld(each, owner.clock().nanoTime())) {
      changed.run();
    } else {
      planAge(each); // it has said something since
    }
  }

  /** Whether that is something else than before, or it could not tell before. */
  private boolean said(Watched each, List<IpAddress> found) {
    boolean different = !each.heard || each.problem != null || !each.last.equals(found);
    if (different) {
      each.last = List.copyOf(found);
    }
    each.at = owner.clock().nanoTime();
    each.heard = true;
    if (each.problem != null) {
      each.problem = null;
      log(Level.INFO, each.source.label() + ": tells addresses again: " + found);
    }
    return different;
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
    return isTooOld(of, now) ? List.of() : of.last;
  }

  private boolean isTooOld(Watched said, long now) {
    return now - said.at > maxAgeNanos && !isConstant(said.source);
  }

  /** Whether all sources have said something. */
  boolean isDecided() {
    for (Watched each : all) {
      if (!each.heard) {
        return false;
      }
    }
    return true;
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
