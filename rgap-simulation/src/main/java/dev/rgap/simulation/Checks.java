package dev.rgap.simulation;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.IpAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A method for each {@link Invariant}, by its name: whether it holds, of what an {@link Oracle}
 * sees and knows. Times without a unit are nanoseconds of the clock that goes on in sleep.
 */
final class Checks {

  private static final long SECOND = 1_000_000_000L;

  /** What the listener's timers and ours may differ by. */
  private static final long SLACK = 1_500_000_000L;

  private static final long ROUNDING = 2_000_000L;

  /** A shorter pause need not be noticed. */
  private static final long NOTICED = 600_000_000L;

  /** How long a published list may differ: the debounce, and then the retries. */
  private static final long PROMISED = 3 * SECOND;

  private static final long PROMISED_AFTER_REFUSALS = 20 * SECOND;

  /** What an agent may announce of an address that is gone: a look at it each second. */
  private static final long SEEN = 2 * SECOND;

  private static final long MAX_AGE = 62 * SECOND;

  private static final int MOST_PENDING = 500;

  /** Lines that datagrams which are rejected may cause at once, and a minute. */
  private static final int LINES = 40;

  private Checks() {}

  // --- of datagrams ------------------------------------------------------------------------------

  static boolean signed(
      Datagram accepted, @Nullable GroupConfig group, long nowMicros, AnnouncementSigner signer) {
    return group != null && accepted.isSigned(group, signer) && accepted.isInTime(group, nowMicros);
  }

  /**
   * Only of what was accepted so shortly before that it has to be remembered.
   *
   * @param left whether it was a goodbye, of which there are copies
   */
  static boolean newer(
      Datagram accepted, boolean left, Known.Address mine, GroupConfig group, long now) {
    boolean remembered =
        now - mine.acceptedAt < 1_000 * (group.expireMicros() + group.clockSkewMicros());
    return !remembered
        || accepted.timestamp() > mine.timestamp
        || (left && accepted.timestamp() == mine.timestamp);
  }

  static boolean heard(Datagram accepted, List<IpAddress> members) {
    return members.contains(accepted.address());
  }

  static boolean goodbye(Datagram accepted, List<IpAddress> members) {
    return !members.contains(accepted.address());
  }

  /** The other half of {@link #heard(Datagram, List)}: what was rejected had to be. */
  static boolean heard(
      Datagram rejected,
      GroupConfig group,
      Known known,
      List<IpAddress> members,
      long nowMicros,
      AnnouncementSigner signer) {
    IpAddress address = rejected.address();
    Known.Address mine = known.addresses.get(address);
    boolean member = members.contains(address);
    return !(rejected.isPlain()
        && rejected.isInTime(group, nowMicros)
        && (mine == null || rejected.timestamp() > mine.timestamp)
        && rejected.timestamp() > (member ? known.floor : known.latestOfOthers(members))
        && (member || (group.damping() == null && members.size() < group.maxMembers()))
        && group.allows(address.high(), address.low())
        && rejected.isSigned(group, signer));
  }

  static boolean nothing(List<IpAddress> before, List<IpAddress> after) {
    return before.equals(after);
  }

  /**
   * Of the log.
   *
   * @param running since the program's start
   */
  static boolean boundedLog(long linesOfRejected, long running) {
    return linesOfRejected <= LINES + LINES * running / (60 * SECOND);
  }

  // --- of members --------------------------------------------------------------------------------

  static boolean known(Known.@Nullable Address mine) {
    return mine != null && !mine.gone;
  }

  static boolean stays(Left left, Known.Address mine, long now) {
    return left.cause() == Left.Cause.EXPIRED
        ? mine.gone || mine.deadline - now <= ROUNDING
        : mine.goodbyes > 0;
  }

  /** Only after a pause that is the only one for a while. */
  static boolean grace(Known.Address mine, Facts facts, Known known, long now) {
    long length = facts.pauseTo - facts.pauseFrom;
    long grace = Math.min(length, known.limits.expireNanos / 2);
    return length <= NOTICED
        || facts.pausedBefore
        || mine.gone
        || mine.deadline - facts.pauseFrom <= 0
        || facts.pauseTo + grace - now <= ROUNDING;
  }

  static boolean leaves(Known.Address mine, Facts facts, Known known, long now) {
    long grace = facts.pauseTo + known.limits.fullGraceNanos;
    long due = grace - mine.deadline > 0 ? grace : mine.deadline;
    return now - due <= known.limits.holdNanos + SLACK;
  }

  /**
   * Only where nothing is configured anew.
   *
   * @param undisturbed for how long the group has been there, and somebody has listened
   */
  static boolean ready(
      boolean ready, GroupConfig group, Known known, long undisturbed, boolean untouched) {
    long delay = Math.max(group.readinessDelay().toNanos(), known.limits.fullGraceNanos);
    return ready || (undisturbed <= delay + SLACK && !(known.everReady && untouched));
  }

  /**
   * By the timeline.
   *
   * @param sinceRefusal how long ago the list could not be written
   * @param still for how long nothing has happened
   */
  static boolean published(GroupSnapshot group, Known known, long sinceRefusal, long still) {
    long promised = sinceRefusal < 2 * PROMISED_AFTER_REFUSALS ? PROMISED_AFTER_REFUSALS : PROMISED;
    return !group.ready() || still <= promised || group.addresses().equals(known.published);
  }

  static boolean boundedMembers(GroupSnapshot group, GroupConfig config) {
    return group.addresses().size() <= config.maxMembers();
  }

  static boolean boundedTasks(Program program) {
    return program.pending() <= MOST_PENDING;
  }

  static boolean agreed(Collection<IpAddress> announcing, List<IpAddress> members, Known known) {
    Set<IpAddress> wanted = new HashSet<>(announcing);
    return wanted.equals(new HashSet<>(members))
        && known.published != null
        && wanted.equals(new HashSet<>(known.published))
        && wanted.equals(known.told);
  }

  // --- of what is kept ---------------------------------------------------------------------------

  static boolean written(Known.@Nullable Address mine, Facts facts, boolean isWritten, long now) {
    return isWritten
        || mine == null
        || !mine.plain
        || mine.deadline - now <= 0
        || mine.acceptedAt - facts.keptSince <= 0;
  }

  /**
   * Of a record that one of the group's keys has signed.
   *
   * @param members those after the start
   */
  static boolean restored(
      Datagram record, GroupConfig group, List<IpAddress> members, long nowMicros) {
    IpAddress address = record.address();
    return members.contains(address)
        || record.timestamp() + group.expireMicros() <= nowMicros
        || record.timestamp() > nowMicros + group.clockSkewMicros()
        || !group.allows(address.high(), address.low())
        || members.size() >= group.maxMembers();
  }

  static boolean reloaded(GroupConfig group, List<IpAddress> before, List<IpAddress> after) {
    return !group.addresses().isEmpty() || after.containsAll(before);
  }

  // --- of agents ---------------------------------------------------------------------------------

  /**
   * Of what is no goodbye.
   *
   * @param lastHad when the host had the address last, by the timeline; null for never
   */
  static boolean truthful(Worker worker, Datagram sent, @Nullable Long lastHad, long now) {
    return worker.addresses().contains(sent.address())
        || (lastHad != null && now - lastHad <= (worker.hasSlowSources() ? MAX_AGE : SEEN));
  }
}
