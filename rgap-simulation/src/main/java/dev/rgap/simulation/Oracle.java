package dev.rgap.simulation;

import dev.rgap.listener.Changes;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.SectionEnd;
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
 * Watches a world, and says what must not be: a method for each {@link Invariant}.
 *
 * <p>It knows what was accepted of whom from the datagrams alone, and goes by bounds where the
 * listener's own reckoning is finer: what it says is wrong is wrong, and not all that is wrong does
 * it see.
 */
final class Oracle implements Site.Observer {

  private static final long SECOND = 1_000_000_000L;

  /** How long a published list may differ: the debounce, and then the retries. */
  private static final long PROMISED = 3 * SECOND;

  private static final long PROMISED_AFTER_REFUSALS = 20 * SECOND;

  /** What the listener's timers and ours may differ by. */
  private static final long SLACK = 1_500_000_000L;

  private static final long ROUNDING = 2_000_000L;

  /** A shorter pause need not be noticed. */
  private static final long NOTICED = 600_000_000L;

  /** What an agent may announce of an address that is gone: a look at it each second. */
  private static final long SEEN = 2 * SECOND;

  private static final long MAX_AGE = 62 * SECOND;

  private static final int MOST_PENDING = 500;

  /** Lines that datagrams without a right signature may cause at once, and a minute. */
  private static final int LINES = 40;

  /** What is known of a site beyond its groups. */
  private static final class SiteFacts {
    final Map<GroupId, Known> groups = new TreeMap<>();
    final Map<GroupId, Long> reloaded = new HashMap<>();
    byte[] members = new byte[0];

    /** Whether it may be another one, as the host has crashed. */
    boolean torn;

    boolean kept;
    long keptSince;

    // By the clock that goes on in sleep:
    long pauseFrom;
    long pauseTo;
    boolean pausedBefore;

    // By the timeline:
    long startedAt;
    long lastPaused;
    long lastRefused = -PROMISED_AFTER_REFUSALS;

    // Of the datagram that is dealt with:
    List<IpAddress> before = List.of();
    long accepted;
    long farewells;
    long lines;
    long linesOfRejected;
  }

  private final Timeline timeline;
  private final Coverage coverage;
  private final Trace trace;
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final Map<String, SiteFacts> sites = new HashMap<>();

  /** When a worker had an address last, by the timeline. */
  private final Map<String, Map<IpAddress, Long>> had = new HashMap<>();

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

  private void violated(Invariant invariant, String what) {
    if (violation == null) {
      violation = new Violation(invariant, timeline.now(), what);
      trace.add(timeline, "oracle", () -> invariant + ": " + what);
    }
  }

  private SiteFacts facts(Site site) {
    return sites.computeIfAbsent(site.name(), unknown -> new SiteFacts());
  }

  private Known known(Site site, GroupId group) {
    return facts(site).groups.computeIfAbsent(group, unknown -> new Known());
  }

  // --- programs ----------------------------------------------------------------------------------

  @Override
  public void starting(Site site) {
    SiteFacts facts = facts(site);
    facts.startedAt = timeline.now();
    facts.lastPaused = timeline.now();
    facts.pauseFrom = site.host().bootNanoTime();
    facts.pauseTo = facts.pauseFrom;
    facts.pausedBefore = true;
    facts.linesOfRejected = 0;
    facts.groups.values().forEach(known -> known.forget(timeline.now()));
    limits(site);
    trace.add(timeline, site.name(), () -> "starts");
  }

  private void limits(Site site) {
    for (GroupConfig group : site.inUse()) {
      Known.Limits limits = known(site, group.id()).limits;
      long expire = group.expire().toNanos();
      limits.expireNanos = Math.max(limits.expireNanos, expire);
      limits.fullGraceNanos =
          Math.max(limits.fullGraceNanos, Math.max(expire, group.readinessDelay().toNanos()));
      if (group.guard() != null) {
        limits.holdNanos = Math.max(limits.holdNanos, group.guard().hold().toNanos());
      }
    }
  }

  /** RESTORED */
  @Override
  public void started(Site site) {
    SiteFacts facts = facts(site);
    facts.kept = site.keepsState();
    facts.keptSince = site.host().bootNanoTime();
    if (facts.kept) {
      restored(site);
    }
  }

  private void restored(Site site) {
    SiteFacts facts = facts(site);
    byte[] file = facts.members;
    if (site.disk().isFailing() || file.length < AnnouncementCodec.SIZE || file[0] != 'r') {
      return;
    }
    long nowMicros = site.host().epochMicros();
    for (int at = AnnouncementCodec.SIZE;
        at + AnnouncementCodec.SIZE <= file.length;
        at += AnnouncementCodec.SIZE) {
      byte[] record = Arrays.copyOfRange(file, at, at + AnnouncementCodec.SIZE);
      GroupConfig group = site.group(new GroupId(AnnouncementCodec.groupBits(record)));
      if (group == null || SectionEnd.isOne(record) || !isSigned(record, record.length, group)) {
        continue;
      }
      Known known = known(site, group.id());
      IpAddress address = address(record);
      long timestamp = AnnouncementCodec.timestampMicros(record);
      known.floor = Math.max(known.floor, timestamp);
      long left = timestamp + group.expireMicros() - nowMicros;
      boolean member = site.membership().snapshot(group.id()).addresses().contains(address);
      Known.Address mine = known.addresses.get(address);
      if (member && (mine == null || mine.timestamp < timestamp)) {
        mine = known.address(address);
        mine.timestamp = timestamp;
        mine.plain = true;
        mine.acceptedAt = site.host().bootNanoTime();
        mine.deadline = site.host().bootNanoTime() + left * 1_000;
      } else if (!member
          && !facts.torn
          && mine == null
          && left > 0
          && timestamp <= nowMicros + group.clockSkewMicros()
          && group.allows(address.high(), address.low())
          && site.membership().snapshot(group.id()).addresses().size() < group.maxMembers()) {
        violated(
            Invariant.RESTORED,
            site.name() + " group " + group.id() + ": " + address + " with " + left + " us left");
      }
    }
  }

  /** RELOADED */
  @Override
  public void reloads(Site site, Supplier<Changes> reload) {
    if (!site.isRunning()) {
      return;
    }
    SiteFacts facts = facts(site);
    Map<GroupId, GroupSnapshot> before = new TreeMap<>();
    for (GroupId group : site.membership().groups()) {
      before.put(group, site.membership().snapshot(group));
    }
    for (GroupConfig group : site.groups()) {
      if (!before.containsKey(group.id())) {
        known(site, group.id()).forget(timeline.now());
      }
    }
    coverage.add(reload.get());
    limits(site);
    for (GroupId group : before.keySet()) {
      if (site.group(group) == null) {
        known(site, group).forget(timeline.now());
      }
    }
    for (GroupConfig group : site.inUse()) {
      GroupSnapshot old = before.get(group.id());
      facts.reloaded.put(group.id(), timeline.now());
      List<IpAddress> now = site.membership().snapshot(group.id()).addresses();
      if (old != null && group.addresses().isEmpty() && !now.containsAll(old.addresses())) {
        violated(
            Invariant.RELOADED,
            site.name() + " group " + group.id() + ": " + old.addresses() + " became " + now);
      }
    }
    if (site.keepsState() && !facts.kept) {
      facts.keptSince = site.host().bootNanoTime();
      restored(site); // those who were kept before are read again
    }
    facts.kept = site.keepsState();
  }

  /** WRITTEN */
  @Override
  public void wrote(Site site, byte[] members) {
    SiteFacts facts = facts(site);
    Map<GroupId, Set<IpAddress>> written = new HashMap<>();
    for (int at = AnnouncementCodec.SIZE; at < members.length; at += AnnouncementCodec.SIZE) {
      byte[] record = Arrays.copyOfRange(members, at, at + AnnouncementCodec.SIZE);
      written
          .computeIfAbsent(
              new GroupId(AnnouncementCodec.groupBits(record)), unknown -> new HashSet<>())
          .add(address(record));
    }
    long now = site.host().bootNanoTime();
    for (GroupConfig group : site.inUse()) {
      Known known = known(site, group.id());
      for (IpAddress address : site.membership().snapshot(group.id()).addresses()) {
        Known.Address mine = known.addresses.get(address);
        if (mine != null
            && mine.plain
            && mine.deadline - now > 0
            && mine.acceptedAt - facts.keptSince > 0
            && !written.getOrDefault(group.id(), Set.of()).contains(address)) {
          violated(Invariant.WRITTEN, site.name() + " group " + group.id() + ": not " + address);
        }
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
    SiteFacts facts = facts(site);
    facts.pausedBefore = site.host().bootNanoTime() - facts.pauseTo < 4 * longestGrace(facts);
    facts.pauseFrom = site.host().bootNanoTime();
    facts.lastPaused = timeline.now();
  }

  private static long longestGrace(SiteFacts facts) {
    long longest = 0;
    for (Known known : facts.groups.values()) {
      longest = Math.max(longest, known.limits.fullGraceNanos);
    }
    return longest;
  }

  /** Somebody listens again. */
  void goesOn(Site site) {
    SiteFacts facts = facts(site);
    facts.pauseTo = site.host().bootNanoTime();
    facts.lastPaused = timeline.now();
  }

  /** UNBROKEN */
  void thrown(Program program, Throwable thrown) {
    violated(
        Invariant.UNBROKEN,
        program.host().name() + " " + program.name() + ": " + thrown + at(thrown));
  }

  private static String at(Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    return stack.length == 0 ? "" : " at " + stack[0];
  }

  // --- datagrams ---------------------------------------------------------------------------------

  private static IpAddress address(byte[] datagram) {
    return new IpAddress(
        AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram));
  }

  private static boolean isVersion2(byte[] datagram) {
    return AnnouncementCodec.version(datagram) == ExtendedCodec.VERSION;
  }

  private boolean isSigned(byte[] datagram, int length, GroupConfig group) {
    for (PreSharedKey key : group.keys()) {
      if (length == AnnouncementCodec.SIZE
          ? signer.verify(datagram, key)
          : signer.verifyExtended(datagram, length, key)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void arrives(Site site, byte[] datagram) {
    SiteFacts facts = facts(site);
    facts.accepted = site.listener().stats().accepted();
    facts.farewells = site.listener().stats().farewells();
    facts.lines = lines.getOrDefault(site.name(), 0L);
    facts.before =
        datagram.length < AnnouncementCodec.SIZE
            ? List.of()
            : site.membership()
                .snapshot(new GroupId(AnnouncementCodec.groupBits(datagram)))
                .addresses();
  }

  @Override
  public void dealtWith(Site site, byte[] datagram) {
    SiteFacts facts = facts(site);
    boolean accepted = site.listener().stats().accepted() > facts.accepted;
    boolean left = site.listener().stats().farewells() > facts.farewells;
    GroupConfig group =
        datagram.length < AnnouncementCodec.SIZE
            ? null
            : site.group(new GroupId(AnnouncementCodec.groupBits(datagram)));
    trace.add(
        timeline,
        site.name(),
        () -> (accepted ? "accepts " : left ? "lets leave " : "rejects ") + describe(datagram));
    if (accepted || left) {
      accepted(site, group, datagram, left);
    } else {
      rejected(site, facts, group, datagram);
    }
  }

  private static String describe(byte[] datagram) {
    if (datagram.length < AnnouncementCodec.SIZE) {
      return datagram.length + " bytes";
    }
    return "group "
        + new GroupId(AnnouncementCodec.groupBits(datagram))
        + " "
        + address(datagram)
        + " "
        + AnnouncementCodec.timestampMicros(datagram)
        + (isVersion2(datagram) && datagram.length >= ExtendedCodec.MIN_SIZE
            ? " " + ExtendedCodec.state(datagram)
            : "");
  }

  /** SIGNED, NEWER, HEARD of those who are accepted, GOODBYE */
  private void accepted(Site site, @Nullable GroupConfig group, byte[] datagram, boolean left) {
    String what = site.name() + " " + describe(datagram);
    long nowMicros = site.host().epochMicros();
    long timestamp = AnnouncementCodec.timestampMicros(datagram);
    if (group == null
        || !isSigned(datagram, datagram.length, group)
        || Math.abs(timestamp - nowMicros) > group.clockSkewMicros()
        || timestamp <= nowMicros - group.expireMicros()) {
      violated(Invariant.SIGNED, what);
      return;
    }
    long now = site.host().bootNanoTime();
    Known known = known(site, group.id());
    IpAddress address = address(datagram);
    Known.Address mine = known.address(address);
    List<IpAddress> members = site.membership().snapshot(group.id()).addresses();
    boolean older = left ? timestamp < mine.timestamp : timestamp <= mine.timestamp;
    boolean recent =
        now - mine.acceptedAt < 1_000 * (group.expireMicros() + group.clockSkewMicros());
    boolean unchanged =
        facts(site).reloaded.getOrDefault(group.id(), -1L) < timeline.now() - 120 * SECOND;
    if (older && recent && unchanged) {
      violated(Invariant.NEWER, what + " after " + mine.timestamp);
    }
    if (left == members.contains(address)) {
      violated(left ? Invariant.GOODBYE : Invariant.HEARD, what);
    }
    if (left && facts(site).before.contains(address)) {
      mine.goodbyes++;
    }
    // Who has been away for long enough may begin anew, if clocks were set meanwhile.
    mine.timestamp =
        facts(site).before.contains(address) ? Math.max(timestamp, mine.timestamp) : timestamp;
    mine.acceptedAt = now;
    mine.gone = left;
    mine.plain = !isVersion2(datagram);
    long deadline = now + 1_000 * (timestamp + group.expireMicros() - nowMicros);
    // Who is a member keeps the time that he has, though expire is shorter now.
    if (!facts(site).before.contains(address) || deadline - mine.deadline > 0) {
      mine.deadline = deadline;
    }
  }

  /** NOTHING, HEARD, BOUNDED */
  private void rejected(Site site, SiteFacts facts, @Nullable GroupConfig group, byte[] datagram) {
    facts.linesOfRejected += lines.getOrDefault(site.name(), 0L) - facts.lines;
    if (facts.linesOfRejected
        > LINES + LINES * (timeline.now() - facts.startedAt) / (60 * SECOND)) {
      violated(Invariant.BOUNDED, site.name() + " logs " + facts.linesOfRejected + " lines");
    }
    if (group == null) {
      return;
    }
    List<IpAddress> members = site.membership().snapshot(group.id()).addresses();
    if (!facts.before.equals(members)) {
      violated(
          Invariant.NOTHING,
          site.name() + " " + describe(datagram) + ": " + facts.before + " became " + members);
    }
    if (isToBeHeard(site, group, datagram, members)) {
      violated(Invariant.HEARD, site.name() + " rejects " + describe(datagram));
    }
  }

  private boolean isToBeHeard(
      Site site, GroupConfig group, byte[] datagram, List<IpAddress> members) {
    long nowMicros = site.host().epochMicros();
    long timestamp = AnnouncementCodec.timestampMicros(datagram);
    IpAddress address = address(datagram);
    Known known = known(site, group.id());
    Known.Address mine = known.addresses.get(address);
    boolean member = members.contains(address);
    return datagram.length == AnnouncementCodec.SIZE
        && AnnouncementCodec.version(datagram) == AnnouncementCodec.VERSION
        && Math.abs(timestamp - nowMicros) <= group.clockSkewMicros()
        && timestamp > nowMicros - group.expireMicros()
        && (mine == null || timestamp > mine.timestamp)
        && timestamp > (member ? known.floor : known.latestOfOthers(members))
        && (member || (group.damping() == null && members.size() < group.maxMembers()))
        && group.allows(address.high(), address.low())
        && isSigned(datagram, datagram.length, group);
  }

  // --- events ------------------------------------------------------------------------------------

  /** TOLD, STAYS, GRACE */
  @Override
  public void happened(Site site, MembershipEvent event) {
    Known known = known(site, event.group());
    trace.add(timeline, site.name(), () -> describe(event));
    String wrong = known.tell(event);
    if (wrong != null) {
      violated(Invariant.TOLD, site.name() + " group " + event.group() + ": " + wrong);
    }
    switch (event) {
      case MembershipEvent.Joined _ -> coverage.add("joined", 1);
      case MembershipEvent.Draining _ -> coverage.add("draining", 1);
      case Left left -> {
        coverage.add("left: " + left.cause().label(), 1);
        left(site, known, left);
      }
      default -> {}
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
    String what =
        site.name() + " group " + left.group() + ": " + left.address() + ", " + left.cause();
    Known.Address mine = known.addresses.get(left.address());
    if (left.cause() == Left.Cause.REMOVED) {
      return;
    }
    if (mine == null) {
      violated(Invariant.KNOWN, what);
      return;
    }
    if (left.cause() != Left.Cause.EXPIRED) {
      if (mine.goodbyes == 0) {
        violated(Invariant.STAYS, what + " without a goodbye");
      }
      mine.goodbyes--;
      return;
    }
    long now = site.host().bootNanoTime();
    if (mine.deadline - now > ROUNDING && !mine.gone) {
      violated(Invariant.STAYS, what + " " + (mine.deadline - now) + " ns too early");
    }
    SiteFacts facts = facts(site);
    long length = facts.pauseTo - facts.pauseFrom;
    long grace = Math.min(length, known.limits.expireNanos / 2);
    if (length > NOTICED
        && !facts.pausedBefore
        && !mine.gone
        && mine.deadline - facts.pauseFrom > 0
        && facts.pauseTo + grace - now > ROUNDING) {
      violated(Invariant.GRACE, what + " " + (facts.pauseTo + grace - now) + " ns too early");
    }
  }

  @Override
  public void published(Site site, GroupSnapshot group) {
    coverage.add("published", 1);
    known(site, group.group()).published = group.addresses();
    trace.add(
        timeline, site.name(), () -> "publishes group " + group.group() + ": " + group.addresses());
  }

  // --- from time to time -------------------------------------------------------------------------

  /** KNOWN, LEAVES, READY, PUBLISHED, BOUNDED */
  void look(Site site) {
    Program program = site.program();
    SiteFacts facts = facts(site);
    if (site.refuses()) {
      facts.lastRefused = timeline.now();
    }
    if (program == null || !site.isRunning()) {
      return;
    }
    if (!program.isRunning() || timeline.now() - facts.lastPaused < SECOND) {
      return;
    }
    if (program.pending() > MOST_PENDING) {
      violated(Invariant.BOUNDED, site.name() + " has " + program.pending() + " tasks");
    }
    for (GroupConfig group : site.inUse()) {
      if (site.membership().groups().contains(group.id())) {
        look(site, facts, group, known(site, group.id()));
      }
    }
  }

  private void look(Site site, SiteFacts facts, GroupConfig group, Known known) {
    GroupSnapshot snapshot = site.membership().snapshot(group.id());
    String what = site.name() + " group " + group.id();
    if (snapshot.addresses().size() > group.maxMembers()
        && facts.reloaded.getOrDefault(group.id(), 0L) == 0) {
      violated(Invariant.BOUNDED, what + " has " + snapshot.addresses().size() + " members");
    }
    for (IpAddress address : snapshot.addresses()) {
      look(site, facts, known, address, what);
    }
    long now = timeline.now();
    long delay = group.readinessDelay().toNanos();
    long quiet = now - Math.max(known.since, facts.lastPaused);
    boolean untouched = facts.reloaded.getOrDefault(group.id(), -1L) < known.since;
    if (!snapshot.ready() && quiet > Math.max(delay, known.limits.fullGraceNanos) + SLACK) {
      violated(Invariant.READY, what + " is not ready");
    }
    if (!snapshot.ready() && known.everReady && untouched) {
      violated(Invariant.READY, what + " is not ready any more");
    }
    known.everReady = snapshot.ready();
    if (snapshot.version() != known.version) {
      known.version = snapshot.version();
      known.changedAt = now;
    }
    long promised =
        now - facts.lastRefused < 2 * PROMISED_AFTER_REFUSALS ? PROMISED_AFTER_REFUSALS : PROMISED;
    long still = now - Math.max(known.changedAt, Math.max(facts.lastPaused, facts.lastRefused));
    if (snapshot.ready() && still > promised && !snapshot.addresses().equals(known.published)) {
      violated(
          Invariant.PUBLISHED,
          what + " is " + snapshot.addresses() + ", published: " + known.published);
    }
  }

  private void look(Site site, SiteFacts facts, Known known, IpAddress address, String what) {
    Known.Address mine = known.addresses.get(address);
    if (mine == null || mine.gone) {
      violated(Invariant.KNOWN, what + ": " + address);
      return;
    }
    long now = site.host().bootNanoTime();
    long due = mine.deadline;
    long grace = facts.pauseTo + known.limits.fullGraceNanos;
    if (grace - due > 0) {
      due = grace;
    }
    if (now - due > known.limits.holdNanos + SLACK) {
      violated(
          Invariant.LEAVES, what + ": " + address + " is due for " + (now - due) / SECOND + " s");
    }
  }

  /** An agent has sent something. TRUTHFUL */
  void sent(Worker worker, List<byte[]> datagrams, String to) {
    Map<IpAddress, Long> times = had.computeIfAbsent(worker.name(), unknown -> new HashMap<>());
    for (byte[] datagram : datagrams) {
      trace.add(timeline, worker.name(), () -> "sends to " + to + ": " + describe(datagram));
      IpAddress address = address(datagram);
      if (isVersion2(datagram) && ExtendedCodec.state(datagram) == AnnouncedState.LEAVING) {
        continue;
      }
      if (worker.addresses().contains(address)) {
        times.put(address, timeline.now());
        continue;
      }
      Long last = times.get(address);
      if (last == null || timeline.now() - last > (worker.hasSlowSources() ? MAX_AGE : SEEN)) {
        violated(Invariant.TRUTHFUL, worker.name() + " announces " + describe(datagram));
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

  // --- the end -----------------------------------------------------------------------------------

  /** BOUNDED */
  void timePassed() {
    if (timeline.isStuck()) {
      violated(Invariant.BOUNDED, "somebody plans for now again and again");
    }
  }

  /** AGREED */
  void agree(Site site, GroupId group, Collection<IpAddress> expected) {
    Known known = known(site, group);
    Set<IpAddress> wanted = new HashSet<>(expected);
    List<IpAddress> members = site.membership().snapshot(group).addresses();
    List<IpAddress> published = known.published == null ? List.of() : known.published;
    if (!wanted.equals(new HashSet<>(members))
        || !wanted.equals(new HashSet<>(published))
        || !wanted.equals(known.told)) {
      violated(
          Invariant.AGREED,
          site.name()
              + " group "
              + group
              + ": "
              + wanted
              + " announce, members are "
              + members
              + ", published "
              + published
              + ", told "
              + known.told);
    }
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
