package dev.rgap.simulation;

import dev.rgap.listener.Changes;
import dev.rgap.listener.IngestStats;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.SectionEnd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a world, and says what must not be, as {@link Checks} has it.
 *
 * <p>It knows what was accepted of whom from the datagrams alone, and goes by bounds where the
 * listener's own reckoning is finer: what it says is wrong is wrong, and not all that is wrong does
 * it see.
 */
final class Oracle implements Site.Observer {

  private static final long SECOND = 1_000_000_000L;

  /** What a change of times can still matter for. */
  private static final long AFTER_RELOAD = 120 * SECOND;

  private final Timeline timeline;
  private final Coverage coverage;
  private final Trace trace;
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final Map<String, Facts> sites = new HashMap<>();

  /** When a worker had an address last, by the timeline. */
  private final Map<String, Map<IpAddress, Long>> had = new HashMap<>();

  /** How many a host has logged. */
  private final Map<String, Long> lines = new HashMap<>();

  private @Nullable Violation violation;

  Oracle(Timeline timeline, Trace trace, Coverage coverage) {
    this.timeline = timeline;
    this.trace = trace;
    this.coverage = coverage;
  }

  /** What has been seen first that must not be; null if there is nothing. */
  @Nullable Violation violation() {
    return violation;
  }

  private void check(Invariant invariant, boolean holds, Supplier<String> what) {
    if (!holds && violation == null) {
      Violation first = new Violation(invariant, timeline.now(), what.get());
      violation = first;
      trace.add(timeline, "oracle", () -> invariant + ": " + first.what());
    }
  }

  private Facts facts(Site site) {
    return sites.computeIfAbsent(site.name(), unknown -> new Facts());
  }

  private static List<IpAddress> members(Site site, GroupId group) {
    return site.membership().snapshot(group).addresses();
  }

  private static String of(Site site, GroupId group) {
    return site.name() + " group " + group;
  }

  // --- programs ----------------------------------------------------------------------------------

  @Override
  public void starting(Site site) {
    facts(site).forget(timeline.now(), site.host().bootNanoTime());
    facts(site).limits(site.inUse());
    trace.add(timeline, site.name(), () -> "starts");
  }

  @Override
  public void started(Site site) {
    keeps(site, facts(site));
  }

  /** It keeps members from now on, or not any more; those who were kept are restored. */
  private void keeps(Site site, Facts facts) {
    facts.kept = site.keepsState();
    facts.keptSince = site.host().bootNanoTime();
    if (facts.kept && !site.disk().isFailing() && isReadable(facts.members)) {
      for (Datagram record : records(facts.members)) {
        restored(site, facts, record);
      }
    }
  }

  private static boolean isReadable(byte[] members) {
    return members.length >= AnnouncementCodec.SIZE && members[0] == 'r';
  }

  /** What is in a file of members, behind its header. */
  private static List<Datagram> records(byte[] members) {
    List<Datagram> records = new ArrayList<>();
    int size = AnnouncementCodec.SIZE;
    for (int at = size; at + size <= members.length; at += size) {
      byte[] record = Arrays.copyOfRange(members, at, at + size);
      if (!SectionEnd.isOne(record)) {
        records.add(new Datagram(record));
      }
    }
    return records;
  }

  private void restored(Site site, Facts facts, Datagram record) {
    GroupConfig group = site.group(record.group());
    if (group == null || !record.isSigned(group, signer)) {
      return;
    }
    Known known = facts.group(group.id());
    known.floor = Math.max(known.floor, record.timestamp());
    long nowMicros = site.host().epochMicros();
    List<IpAddress> members = members(site, group.id());
    Known.Address mine = known.addresses.get(record.address());
    if (mine == null && !facts.torn) {
      check(
          Invariant.RESTORED,
          Checks.restored(record, group, members, nowMicros),
          () -> site.name() + " " + record);
    }
    if (members.contains(record.address())
        && (mine == null || mine.timestamp < record.timestamp())) {
      long now = site.host().bootNanoTime();
      known
          .address(record.address())
          .restored(record, now, now + 1_000 * lifeMicros(record, group, nowMicros));
    }
  }

  private static long lifeMicros(Datagram announcement, GroupConfig group, long nowMicros) {
    return announcement.timestamp() + group.expireMicros() - nowMicros;
  }

  @Override
  public void reloads(Site site, Supplier<Changes> reload) {
    if (!site.isRunning()) {
      return;
    }
    Facts facts = facts(site);
    Map<GroupId, List<IpAddress>> before = new TreeMap<>();
    for (GroupId group : site.membership().groups()) {
      before.put(group, members(site, group));
    }
    for (GroupConfig group : site.groups()) {
      if (!before.containsKey(group.id())) {
        facts.group(group.id()).forget(timeline.now());
      }
    }
    coverage.add(reload.get());
    facts.limits(site.inUse());
    for (GroupId group : before.keySet()) {
      if (site.group(group) == null) {
        facts.group(group).forget(timeline.now());
      }
    }
    for (GroupConfig group : site.inUse()) {
      facts.reloaded.put(group.id(), timeline.now());
      List<IpAddress> old = before.getOrDefault(group.id(), List.of());
      List<IpAddress> now = members(site, group.id());
      check(
          Invariant.RELOADED,
          Checks.reloaded(group, old, now),
          () -> of(site, group.id()) + ": " + old + " became " + now);
    }
    if (site.keepsState() != facts.kept) {
      keeps(site, facts);
    }
  }

  @Override
  public void wrote(Site site, byte[] members) {
    Facts facts = facts(site);
    Map<GroupId, Set<IpAddress>> written = new HashMap<>();
    for (Datagram record : records(members)) {
      written.computeIfAbsent(record.group(), unknown -> new HashSet<>()).add(record.address());
    }
    long now = site.host().bootNanoTime();
    for (GroupConfig group : site.inUse()) {
      Set<IpAddress> ofGroup = written.getOrDefault(group.id(), Set.of());
      for (IpAddress address : members(site, group.id())) {
        check(
            Invariant.WRITTEN,
            Checks.written(
                facts.group(group.id()).addresses.get(address),
                facts,
                ofGroup.contains(address),
                now),
            () -> of(site, group.id()) + ": not " + address);
      }
    }
    facts.members = members;
    facts.torn = false;
    coverage.add("state: written", 1);
  }

  /** What is in the file of members now is something else. */
  void torn(Site site) {
    facts(site).torn = true;
  }

  /** Nobody listens at a site from now on, or for a moment. */
  void pauses(Site site) {
    Facts facts = facts(site);
    long now = site.host().bootNanoTime();
    facts.pausedBefore = now - facts.pauseTo < 4 * facts.longestGraceNanos();
    facts.pauseFrom = now;
    facts.lastPaused = timeline.now();
  }

  /** Somebody listens again. */
  void goesOn(Site site) {
    Facts facts = facts(site);
    facts.pauseTo = site.host().bootNanoTime();
    facts.lastPaused = timeline.now();
  }

  /** A task has thrown something. */
  void thrown(Program program, Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    check(
        Invariant.UNBROKEN,
        false,
        () ->
            program.host().name()
                + " "
                + program.name()
                + ": "
                + thrown
                + (stack.length == 0 ? "" : " at " + stack[0]));
  }

  // --- datagrams ---------------------------------------------------------------------------------

  @Override
  public void arrives(Site site, byte[] datagram) {
    Facts facts = facts(site);
    IngestStats stats = site.listener().stats();
    Datagram read = new Datagram(datagram);
    facts.accepted = stats.accepted();
    facts.farewells = stats.farewells();
    facts.lines = lines.getOrDefault(site.name(), 0L);
    facts.before = read.isWhole() ? members(site, read.group()) : List.of();
  }

  @Override
  public void dealtWith(Site site, byte[] datagram) {
    Facts facts = facts(site);
    boolean accepted = site.listener().stats().accepted() > facts.accepted;
    boolean left = site.listener().stats().farewells() > facts.farewells;
    Datagram read = new Datagram(datagram);
    GroupConfig group = read.isWhole() ? site.group(read.group()) : null;
    trace.add(
        timeline,
        site.name(),
        () -> (accepted ? "accepts " : left ? "lets leave " : "rejects ") + read);
    if (accepted || left) {
      accepted(site, facts, group, read, left);
    } else {
      rejected(site, facts, group, read);
    }
  }

  private void accepted(
      Site site, Facts facts, @Nullable GroupConfig group, Datagram datagram, boolean left) {
    Supplier<String> what = () -> site.name() + " " + datagram;
    long nowMicros = site.host().epochMicros();
    check(Invariant.SIGNED, Checks.signed(datagram, group, nowMicros, signer), what);
    if (group == null) {
      return;
    }
    long now = site.host().bootNanoTime();
    Known.Address mine = facts.group(group.id()).address(datagram.address());
    List<IpAddress> members = members(site, group.id());
    if (timeline.now() - facts.reloaded.getOrDefault(group.id(), -AFTER_RELOAD) > AFTER_RELOAD) {
      check(Invariant.NEWER, Checks.newer(datagram, left, mine, group, now), what);
    }
    if (left) {
      check(Invariant.GOODBYE, Checks.goodbye(datagram, members), what);
    } else {
      check(Invariant.HEARD, Checks.heard(datagram, members), what);
    }
    mine.accepted(
        datagram,
        left,
        facts.before.contains(datagram.address()),
        now,
        now + 1_000 * lifeMicros(datagram, group, nowMicros));
  }

  private void rejected(Site site, Facts facts, @Nullable GroupConfig group, Datagram datagram) {
    facts.linesOfRejected += lines.getOrDefault(site.name(), 0L) - facts.lines;
    check(
        Invariant.BOUNDED,
        Checks.boundedLog(facts.linesOfRejected, timeline.now() - facts.startedAt),
        () -> site.name() + " logs " + facts.linesOfRejected + " lines");
    if (group == null) {
      return;
    }
    List<IpAddress> members = members(site, group.id());
    check(
        Invariant.NOTHING,
        Checks.nothing(facts.before, members),
        () -> site.name() + " " + datagram + ": " + facts.before + " became " + members);
    check(
        Invariant.HEARD,
        Checks.heard(
            datagram, group, facts.group(group.id()), members, site.host().epochMicros(), signer),
        () -> site.name() + " rejects " + datagram);
  }

  /** An agent has sent something. */
  void sent(Worker worker, List<byte[]> datagrams, String to) {
    Map<IpAddress, Long> times = had.computeIfAbsent(worker.name(), unknown -> new HashMap<>());
    for (byte[] bytes : datagrams) {
      Datagram datagram = new Datagram(bytes);
      trace.add(timeline, worker.name(), () -> "sends to " + to + ": " + datagram);
      IpAddress address = datagram.address();
      check(
          Invariant.TRUTHFUL,
          datagram.isGoodbye()
              || Checks.truthful(worker, datagram, times.get(address), timeline.now()),
          () -> worker.name() + " announces " + datagram);
      if (!datagram.isGoodbye() && worker.addresses().contains(address)) {
        times.put(address, timeline.now());
      }
    }
  }

  /** A worker has had these addresses until now. */
  void hadUntilNow(Worker worker) {
    Map<IpAddress, Long> times = had.computeIfAbsent(worker.name(), unknown -> new HashMap<>());
    worker.addresses().forEach(address -> times.put(address, timeline.now()));
  }

  /** A line of the log. */
  void said(String host, String line) {
    lines.merge(host, 1L, Long::sum);
    coverage.said(line);
    trace.add(timeline, host, () -> "says " + line);
  }

  // --- what is told and published ----------------------------------------------------------------

  @Override
  public void happened(Site site, MembershipEvent event) {
    Known known = facts(site).group(event.group());
    trace.add(timeline, site.name(), () -> describe(event));
    String wrong = known.tell(event);
    check(Invariant.TOLD, wrong == null, () -> of(site, event.group()) + ": " + wrong);
    switch (event) {
      case MembershipEvent.Joined _ -> coverage.add("joined", 1);
      case MembershipEvent.Draining _ -> coverage.add("draining", 1);
      case Left left -> left(site, known, left);
      case MembershipEvent.State _, MembershipEvent.Ready _ -> {}
    }
  }

  private static String describe(MembershipEvent event) {
    return "group "
        + event.group()
        + switch (event) {
          case MembershipEvent.Joined joined -> ": " + joined.address() + " has joined";
          case Left left -> ": " + left.address() + " has left, " + left.cause();
          case MembershipEvent.Draining draining ->
              ": " + draining.address() + (draining.begun() ? " drains" : " drains no more");
          case MembershipEvent.State state ->
              " is " + state.snapshot().addresses() + (state.snapshot().ready() ? ", ready" : "");
          case MembershipEvent.Ready _ -> " is ready";
        };
  }

  private void left(Site site, Known known, Left left) {
    coverage.add("left: " + left.cause().label(), 1);
    if (left.cause() == Left.Cause.REMOVED) {
      return;
    }
    Supplier<String> what =
        () -> of(site, left.group()) + ": " + left.address() + ", " + left.cause();
    Known.Address mine = known.addresses.get(left.address());
    check(Invariant.KNOWN, mine != null, what);
    if (mine == null) {
      return;
    }
    long now = site.host().bootNanoTime();
    check(Invariant.STAYS, Checks.stays(left, mine, now), what);
    if (left.cause() == Left.Cause.EXPIRED) {
      check(Invariant.GRACE, Checks.grace(mine, facts(site), known, now), what);
    } else {
      mine.goodbyes--;
    }
  }

  @Override
  public void published(Site site, GroupSnapshot group) {
    coverage.add("published", 1);
    facts(site).group(group.group()).published = group.addresses();
    trace.add(
        timeline, site.name(), () -> "publishes group " + group.group() + ": " + group.addresses());
  }

  // --- from time to time -------------------------------------------------------------------------

  /** Looks at a site that has been running for a moment. */
  void look(Site site) {
    Program program = site.program();
    Facts facts = facts(site);
    if (site.refuses()) {
      facts.lastRefused = timeline.now();
    }
    if (program == null
        || !site.isRunning()
        || !program.isRunning()
        || timeline.now() - facts.lastPaused < SECOND) {
      return;
    }
    check(
        Invariant.BOUNDED,
        Checks.boundedTasks(program),
        () -> site.name() + " has " + program.pending() + " tasks");
    for (GroupConfig group : site.inUse()) {
      if (site.membership().groups().contains(group.id())) {
        look(site, facts, group);
      }
    }
  }

  private void look(Site site, Facts facts, GroupConfig group) {
    Known known = facts.group(group.id());
    GroupSnapshot snapshot = site.membership().snapshot(group.id());
    for (IpAddress address : snapshot.addresses()) {
      Known.Address mine = known.addresses.get(address);
      Supplier<String> what = () -> of(site, group.id()) + ": " + address;
      check(Invariant.KNOWN, Checks.known(mine), what);
      if (mine != null) {
        long now = site.host().bootNanoTime();
        check(Invariant.LEAVES, Checks.leaves(mine, facts, known, now), what);
      }
    }
    Supplier<String> what =
        () -> of(site, group.id()) + " is " + snapshot + ", published: " + known.published;
    check(
        Invariant.BOUNDED,
        facts.reloaded.containsKey(group.id()) || Checks.boundedMembers(snapshot, group),
        what);
    long now = timeline.now();
    check(
        Invariant.READY,
        Checks.ready(
            snapshot.ready(),
            group,
            known,
            now - Math.max(known.since, facts.lastPaused),
            facts.reloaded.getOrDefault(group.id(), -1L) < known.since),
        what);
    known.looked(snapshot, now);
    check(
        Invariant.PUBLISHED,
        Checks.published(
            snapshot,
            known,
            now - facts.lastRefused,
            now - Math.max(known.changedAt, Math.max(facts.lastPaused, facts.lastRefused))),
        what);
  }

  // --- the end -----------------------------------------------------------------------------------

  /** All is over. */
  void timePassed() {
    check(
        Invariant.BOUNDED,
        !timeline.isStuck(),
        () -> "somebody plans for the same moment again and again");
  }

  /** These announce to a group, and nothing has been done to anybody for long. */
  void agree(Site site, GroupId group, Collection<IpAddress> announcing) {
    Known known = facts(site).group(group);
    List<IpAddress> members = members(site, group);
    check(
        Invariant.AGREED,
        Checks.agreed(announcing, members, known),
        () ->
            of(site, group)
                + ": "
                + announcing
                + " announce, members are "
                + members
                + ", published "
                + known.published
                + ", told "
                + known.told);
  }

  /** Counts what a listener that ends has rejected. */
  void count(Site site) {
    if (site.isRunning()) {
      for (Rejection rejection : Rejection.values()) {
        coverage.add("rejected: " + rejection.label(), site.listener().stats().rejected(rejection));
      }
    }
  }
}
