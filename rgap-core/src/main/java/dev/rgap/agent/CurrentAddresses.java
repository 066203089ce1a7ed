package dev.rgap.agent;

import dev.rgap.protocol.IpAddress;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an agent's {@link AddressSource}s say: of each what it said last, as long as that is not too
 * old. For one scheduler's tasks, but for what slow sources are at.
 */
final class CurrentAddresses {

  /** A source, and what it said last. */
  private static final class Watched {
    final AddressSource source;
    List<IpAddress> last = List.of();
    long at;
    boolean asked;
    boolean failing;

    Watched(AddressSource source) {
      this.source = source;
    }
  }

  private final List<Watched> all = new ArrayList<>();
  private final long maxAgeNanos;
  private final Scheduler owner;
  private final Scheduler slow;
  private final Runnable changed;

  /**
   * Nothing is known yet.
   *
   * @param maxAge how long what a source said counts when it can't be asked
   * @param owner whose tasks call this
   * @param slow runs slow sources
   * @param changed is called by the owner when a slow source has said something
   */
  CurrentAddresses(
      List<AddressSource> sources,
      Duration maxAge,
      Scheduler owner,
      Scheduler slow,
      Runnable changed) {
    sources.forEach(source -> all.add(new Watched(source)));
    this.maxAgeNanos = maxAge.toNanos();
    this.owner = owner;
    this.slow = slow;
    this.changed = changed;
  }

  /** Asks quick sources. */
  void askQuick() {
    for (Watched each : all) {
      if (each.source.isQuick()) {
        ask(each);
      }
    }
  }

  /** Has slow sources asked, unless that is under way. */
  void askSlow() {
    for (Watched each : all) {
      if (!each.source.isQuick() && !each.asked) {
        each.asked = true;
        slow.execute(() -> askSlowly(each));
      }
    }
  }

  private void ask(Watched each) {
    try {
      said(each, each.source.find());
    } catch (IOException | RuntimeException e) {
      failed(each, e);
    }
  }

  private void askSlowly(Watched each) {
    Runnable outcome;
    try {
      List<IpAddress> found = each.source.find();
      outcome = () -> said(each, found);
    } catch (IOException | RuntimeException e) {
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
    if (each.failing) {
      each.failing = false;
      log(Level.INFO, each.source.label() + ": tells addresses again: " + found);
    }
  }

  private void failed(Watched each, Exception e) {
    if (!each.failing) {
      each.failing = true;
      log(
          Level.WARNING,
          each.source.label()
              + ": "
              + (e instanceof IOException ? e.getMessage() : e.toString())
              + "; asking again at each interval");
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
      if (now - each.at <= maxAgeNanos) {
        addresses.addAll(each.last);
      }
    }
    return addresses;
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static void log(Level level, String text) {
    System.getLogger(Agent.class.getName()).log(level, text);
  }
}
