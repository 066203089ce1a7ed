package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.DatagramSink;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does at intervals: decides what it announces, and says so. Safe for all threads;
 * {@link Beats}, sources and checks call it by the ticker's.
 */
final class AnnouncingAgent {

  /** What it asks and sends by, from the start to the end. */
  private record Means(
      Shared shared,
      List<Outbox> outboxes,
      @Nullable CurrentAddresses addresses,
      @Nullable CurrentHealth health) {

    /** Whether all who are asked have said something. */
    boolean areDecided() {
      return (addresses == null || addresses.isDecided()) && (health == null || health.isDecided());
    }

    /** The check that is failing, or nothing. */
    @Nullable String failing() {
      return health == null ? null : health.failing();
    }
  }

  private final AgentSettings settings;
  private final AgentDatagrams datagrams;

  private volatile List<IpAddress> announced = List.of();
  private volatile AgentState state = AgentState.STARTING;

  @GuardedBy("this")
  private long sinceMicros;

  /** Null before the start, and after the end. */
  @GuardedBy("this")
  private @Nullable Means means;

  /** Whether it has announced, or has found that there is nothing to announce. */
  @GuardedBy("this")
  private boolean begun;

  /** What another one has announced whose place this one takes, until more is known. */
  @GuardedBy("this")
  private List<IpAddress> inherited = List.of();

  @GuardedBy("this")
  private long inheritedUntil;

  /** When it has drained, by the monotonic clock; null while it is not to drain. */
  @GuardedBy("this")
  private @Nullable Long drainedAt;

  /** How many goodbyes are still to be said. */
  private volatile CountDownLatch unsaid = new CountDownLatch(0);

  private final CountDownLatch firstRound;
  private final boolean watchful;

  AnnouncingAgent(AgentSettings settings, AgentDatagrams datagrams) {
    this.settings = settings;
    this.datagrams = datagrams;
    this.firstRound = new CountDownLatch(settings.sinks().size());
    this.sinceMicros = settings.clock().epochMicros();
    this.watchful = CurrentAddresses.areWatchful(settings.sources());
  }

  /** Whether it is to be {@linkplain #watch looked at} between announcements. */
  boolean isWatchful() {
    return watchful;
  }

  AgentSettings settings() {
    return settings;
  }

  /**
   * Announces from now on.
   *
   * @param before whose place it takes, if it does; that one has left then
   */
  void start(Shared shared, @Nullable AnnouncingAgent before) {
    List<IpAddress> taken = List.of();
    Long drained = null;
    if (before != null) {
      drained = before.drainedAt();
      taken = before.handOver(settings.sinks());
      datagrams.follow(before.datagrams.lastMicros());
    }
    synchronized (this) {
      if (drained != null) {
        drainedAt = drained;
      }
      inherited = taken;
      inheritedUntil = nanoTime() + settings.maxAge().toNanos();
      announced = taken;
      List<Outbox> outboxes = new ArrayList<>();
      for (DatagramSink sink : settings.sinks()) {
        outboxes.add(
            shared.outbox(
                sink, settings.metrics(), settings.interval(), this::now, firstRound::countDown));
      }
      Means all =
          new Means(
              shared,
              outboxes,
              settings.sources().isEmpty()
                  ? null
                  : new CurrentAddresses(settings.sources(), settings.maxAge(), shared, this::look),
              settings.checks().isEmpty()
                  ? null
                  : new CurrentHealth(
                      settings.group(), settings.checks(), shared, settings.metrics(), this::look));
      means = all;
      if (settings.fixed() != null && taken.isEmpty() && all.health == null && drainedAt == null) {
        // Nothing else was to be expected, and so nothing is said about it.
        announced = List.of(settings.fixed());
        enter(AgentState.ANNOUNCING);
      }
      if (drainedAt != null) {
        planDrained(all);
      }
      if (!taken.isEmpty()) {
        shared.ticker().at(inheritedUntil + 1, this::look);
      }
    }
    shared.beats().add(this);
  }

  private long nanoTime() {
    return settings.clock().nanoTime();
  }

  @GuardedBy("this")
  private @Nullable Means present() {
    return state == AgentState.ENDED ? null : means;
  }

  /** It is time to announce. */
  synchronized void beat() {
    Means all = present();
    if (all == null) {
      return;
    }
    begun = true;
    if (all.addresses != null) {
      all.addresses.askQuick();
      all.addresses.askSlow();
    }
    decide(all);
    send(all);
  }

  /** It is time for a look at addresses that can be had quickly. */
  synchronized void watch() {
    Means all = present();
    if (begun && all != null && all.addresses != null && all.addresses.askQuick()) {
      look();
    }
  }

  /** Announces at once if there is something else to announce. */
  private synchronized void look() {
    Means all = present();
    if (all != null && decide(all)) {
      send(all);
    }
  }

  @GuardedBy("this")
  private void send(Means all) {
    if (announced.isEmpty()) {
      while (firstRound.getCount() > 0) {
        firstRound.countDown();
      }
      return;
    }
    List<byte[]> saying = now();
    for (Outbox outbox : all.outboxes) {
      outbox.offer(saying);
    }
  }

  /** The datagrams that say what is announced. */
  private List<byte[]> now() {
    return state == AgentState.DRAINING
        ? datagrams.draining(announced)
        : datagrams.announcements(announced);
  }

  /**
   * Decides what is announced from now on; what is not any more says goodbye.
   *
   * @return whether there is something else to say than before
   */
  @GuardedBy("this")
  private boolean decide(Means all) {
    List<IpAddress> before = announced;
    AgentState stateBefore = state;
    Set<IpAddress> wanted = wanted(all);
    enter(next(all, wanted));
    if (wanted.equals(Set.copyOf(before))) {
      return (state == AgentState.DRAINING) != (stateBefore == AgentState.DRAINING);
    }
    announced = List.copyOf(wanted);
    List<IpAddress> gone = new ArrayList<>(before);
    gone.removeAll(wanted);
    System.getLogger(Agent.class.getName())
        .log(
            Level.INFO,
            "group {0}: announcing {1}{2}{3}",
            settings.group(),
            wanted.isEmpty() ? "nothing" : list(wanted),
            reason(all),
            gone.isEmpty() ? "" : ", not " + list(gone) + " any more");
    if (!gone.isEmpty()) {
      sayGoodbye(all.outboxes, gone, () -> {});
    }
    return true;
  }

  private void sayGoodbye(List<Outbox> to, List<IpAddress> of, Runnable said) {
    List<byte[]> farewells =
        settings.goodbye() && !to.isEmpty() ? datagrams.farewells(of) : List.of();
    for (Outbox outbox : to) {
      outbox.destination().sayGoodbye(farewells, said);
    }
  }

  private static String list(Collection<IpAddress> addresses) {
    StringJoiner text = new StringJoiner(", ");
    for (IpAddress address : addresses) {
      text.add(address.toString());
    }
    return text.toString();
  }

  private String reason(Means all) {
    return switch (state) {
      case DRAINED -> ", as it has been drained";
      case UNHEALTHY -> ", as a check fails (" + all.failing() + ")";
      default -> "";
    };
  }

  @GuardedBy("this")
  private Set<IpAddress> wanted(Means all) {
    if (isDrained() || all.areDecided() || nanoTime() - inheritedUntil > 0) {
      inherited = List.of();
    }
    Set<IpAddress> wanted = new LinkedHashSet<>(inherited);
    if (!isDrained() && (all.health == null || all.health.isPassing())) {
      if (settings.fixed() != null) {
        wanted.add(settings.fixed());
      }
      if (all.addresses != null) {
        wanted.addAll(all.addresses.now());
      }
    }
    return wanted;
  }

  @GuardedBy("this")
  private boolean isDrained() {
    return drainedAt != null && nanoTime() - drainedAt >= 0;
  }

  @GuardedBy("this")
  private AgentState next(Means all, Set<IpAddress> wanted) {
    if (isDrained()) {
      return AgentState.DRAINED;
    }
    if (!wanted.isEmpty()) {
      return drainedAt == null ? AgentState.ANNOUNCING : AgentState.DRAINING;
    }
    if (all.failing() != null) {
      return AgentState.UNHEALTHY;
    }
    return all.areDecided() ? AgentState.WITHOUT_ADDRESS : AgentState.STARTING;
  }

  @GuardedBy("this")
  private void enter(AgentState next) {
    if (state != next) {
      state = next;
      sinceMicros = settings.clock().epochMicros();
    }
  }

  /** See {@link Agent#drain}; until a point of the monotonic clock. */
  synchronized void drain(long until) {
    if (drainedAt == null) {
      drainedAt = until;
      Means all = present();
      if (all != null) {
        look();
        planDrained(all);
      }
    }
  }

  @GuardedBy("this")
  private void planDrained(Means all) {
    if (drainedAt != null && !isDrained()) {
      all.shared.ticker().at(drainedAt, this::look);
    }
  }

  /** See {@link Agent#undrain}. */
  synchronized void undrain() {
    drainedAt = null;
    look();
  }

  private synchronized @Nullable Long drainedAt() {
    return drainedAt;
  }

  synchronized AgentReport report() {
    List<AgentReport.Sent> sent = new ArrayList<>();
    List<AgentReport.Source> sources = List.of();
    List<AgentReport.Check> checks = List.of();
    if (means != null) {
      for (Outbox outbox : means.outboxes) {
        sent.add(outbox.destination().report());
      }
      sources = means.addresses == null ? sources : means.addresses.reports();
      checks = means.health == null ? checks : means.health.reports();
    }
    return new AgentReport(
        settings.group(),
        datagrams.key().fingerprint(),
        state,
        AgentReport.instant(sinceMicros),
        settings.interval(),
        announced,
        sources,
        checks,
        sent);
  }

  boolean awaitFirstRound(long nanos) throws InterruptedException {
    return settings.clock().await(firstRound, nanos);
  }

  /**
   * Leaves in favour of another one, which knows what was announced.
   *
   * @param kept where that one sends to as well: goodbye is said to the others
   * @return what was announced
   */
  private synchronized List<IpAddress> handOver(List<DatagramSink> kept) {
    Means all = present();
    if (all == null) {
      return List.of();
    }
    List<Outbox> lost = new ArrayList<>();
    for (Outbox outbox : all.outboxes) {
      if (!kept.contains(outbox.destination().sink())) {
        lost.add(outbox);
      }
    }
    return leave(all, lost);
  }

  /** See {@link Agent#leave}. */
  synchronized void leave() {
    Means all = present();
    if (all != null) {
      leave(all, all.outboxes);
    }
  }

  /**
   * Falls silent, after a goodbye.
   *
   * @return what was announced
   */
  @GuardedBy("this")
  private List<IpAddress> leave(Means all, List<Outbox> to) {
    List<IpAddress> last = announced;
    enter(AgentState.ENDED);
    announced = List.of();
    all.shared.beats().remove(this);
    all.outboxes.forEach(Outbox::fallSilent);
    if (all.health != null) {
      all.health.stop();
    }
    CountDownLatch latch = new CountDownLatch(to.size());
    unsaid = latch;
    sayGoodbye(to, last, latch::countDown);
    return last;
  }

  /** Waits until goodbye has been said, at most until a point of the monotonic clock. */
  void awaitGoodbye(long deadline) {
    try {
      settings.clock().await(unsaid, deadline - nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up what it has, after it has left. */
  void end() {
    Means last;
    synchronized (this) {
      last = means;
      means = null;
    }
    if (last == null) {
      return;
    }
    // Not before goodbye has been said: what hangs may be waited for.
    if (last.addresses != null) {
      last.addresses.close();
    }
    if (last.health != null) {
      last.health.close();
    }
    last.outboxes.forEach(last.shared::release);
  }
}
