package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.text.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is configured for one group: an immutable value, made by {@link #of} and changed by the
 * methods that begin with {@code with}, each of which makes another one.
 */
@StableApi
public final class GroupConfig {

  /** The {@code maxMembers} of a group for which nothing else is configured. */
  public static final int DEFAULT_MAX_MEMBERS = 100_000;

  /** The largest {@code maxMembers}. */
  public static final int GREATEST_MAX_MEMBERS = 100_000_000;

  /**
   * The most keys that a group can have. Whoever knows none of them can make a listener hold each
   * datagram against all.
   */
  public static final int MAX_KEYS = 8;

  /**
   * The shortest {@code expire} and {@code clockSkew}. Timestamps are in microseconds, so what is
   * shorter than one of them would be nothing; and no two hosts' clocks agree any better than this.
   */
  public static final Duration MIN_DURATION = Duration.ofMillis(1);

  /** The longest {@code expire} and {@code readinessDelay}: about a century. */
  public static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private final GroupId id;
  private final List<PreSharedKey> keys;
  private final Duration expire;
  private final Duration clockSkew;
  private final Duration readinessDelay;
  private final int maxMembers;
  private final List<IpNetwork> addresses;
  private final @Nullable Guard guard;
  private final @Nullable Damping damping;
  private final boolean farewells;
  private final DrainingPolicy draining;

  /** Known beforehand: each announcement is held against them. */
  private final long expireMicros;

  private final long clockSkewMicros;

  /** Null if all addresses may be members. */
  private final @Nullable NetworkSet networks;

  /** A value that is being made. */
  private static final class Draft {
    final GroupId id;
    List<PreSharedKey> keys;
    Duration expire;
    Duration clockSkew;
    Duration readinessDelay = Duration.ZERO;
    int maxMembers = DEFAULT_MAX_MEMBERS;
    List<IpNetwork> addresses = List.of();
    @Nullable Guard guard;
    @Nullable Damping damping;
    boolean farewells = true;
    DrainingPolicy draining = DrainingPolicy.KEEP;

    Draft(GroupId id, PreSharedKey key, Duration expire) {
      this.id = Objects.requireNonNull(id);
      this.keys = List.of(key);
      this.expire = expire;
      this.clockSkew = expire;
    }

    Draft(GroupConfig from) {
      id = from.id;
      keys = from.keys;
      expire = from.expire;
      clockSkew = from.clockSkew;
      readinessDelay = from.readinessDelay;
      maxMembers = from.maxMembers;
      addresses = from.addresses;
      guard = from.guard;
      damping = from.damping;
      farewells = from.farewells;
      draining = from.draining;
    }
  }

  private GroupConfig(Draft draft) {
    id = draft.id;
    keys = List.copyOf(draft.keys);
    expire = draft.expire;
    clockSkew = draft.clockSkew;
    readinessDelay = draft.readinessDelay;
    maxMembers = draft.maxMembers;
    addresses = List.copyOf(draft.addresses);
    guard = draft.guard;
    damping = draft.damping;
    farewells = draft.farewells;
    draining = draft.draining;
    networks = addresses.isEmpty() ? null : new NetworkSet(addresses);
    expireMicros = micros(expire);
    clockSkewMicros = micros(clockSkew);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  /**
   * A group whose clock skew is {@code expire}, which is ready at once and has at most {@value
   * #DEFAULT_MAX_MEMBERS} members, with any addresses.
   *
   * @param id the group
   * @param key the secret that its members sign with
   * @param expire how long an announcement keeps its address a member, counted from the
   *     announcement's timestamp; {@link #MIN_DURATION} to {@link #MAX_DURATION}
   * @throws IllegalArgumentException if {@code expire} is outside its range
   */
  public static GroupConfig of(GroupId id, PreSharedKey key, Duration expire) {
    if (expire.compareTo(MIN_DURATION) < 0 || expire.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "expire must be at least "
              + DurationText.format(MIN_DURATION)
              + " and at most a century");
    }
    return new GroupConfig(new Draft(id, key, expire));
  }

  /**
   * The same with other keys, such as a new one and the one that it will take the place of.
   *
   * @param accepted the secrets that members sign with, each its own; 1 to {@value #MAX_KEYS}, each
   *     once
   * @throws IllegalArgumentException if there are fewer or more, or two are the same
   */
  public GroupConfig withKeys(List<PreSharedKey> accepted) {
    if (accepted.isEmpty() || accepted.size() > MAX_KEYS) {
      throw new IllegalArgumentException("a group has 1 to " + MAX_KEYS + " keys");
    }
    for (int i = 0; i < accepted.size(); i++) {
      if (accepted.subList(0, i).contains(accepted.get(i))) {
        throw new IllegalArgumentException("a group has each key once");
      }
    }
    Draft draft = new Draft(this);
    draft.keys = accepted;
    return new GroupConfig(draft);
  }

  /**
   * The same with another skew.
   *
   * @param skew how far a timestamp may be from this host's clock, in either direction; one that is
   *     not positive means {@code expire}, and a larger one is capped to {@code expire}
   * @throws IllegalArgumentException if it is positive and less than {@link #MIN_DURATION}
   */
  public GroupConfig withClockSkew(Duration skew) {
    if (skew.isPositive() && skew.compareTo(MIN_DURATION) < 0) {
      throw new IllegalArgumentException(
          "clock_skew must be at least " + DurationText.format(MIN_DURATION));
    }
    Duration used = !skew.isPositive() || skew.compareTo(expire) > 0 ? expire : skew;
    Draft draft = new Draft(this);
    draft.clockSkew = used;
    return new GroupConfig(draft);
  }

  /**
   * The same with another delay.
   *
   * @param delay how long after the start the group becomes ready; a negative one means none
   * @throws IllegalArgumentException if it is longer than {@link #MAX_DURATION}
   */
  public GroupConfig withReadinessDelay(Duration delay) {
    if (delay.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException("readiness_delay must be at most a century");
    }
    Duration used = delay.isNegative() ? Duration.ZERO : delay;
    Draft draft = new Draft(this);
    draft.readinessDelay = used;
    return new GroupConfig(draft);
  }

  /**
   * The same with another limit.
   *
   * @param limit how many members there can be at a time; 1 to {@value #GREATEST_MAX_MEMBERS}
   * @throws IllegalArgumentException if it is outside its range
   */
  public GroupConfig withMaxMembers(int limit) {
    if (limit < 1 || limit > GREATEST_MAX_MEMBERS) {
      throw new IllegalArgumentException("max_members must be 1 to " + GREATEST_MAX_MEMBERS);
    }
    Draft draft = new Draft(this);
    draft.maxMembers = limit;
    return new GroupConfig(draft);
  }

  /**
   * The same with other networks.
   *
   * @param networks which addresses may be members: those in one of them; all, if there are none
   */
  public GroupConfig withAddresses(List<IpNetwork> networks) {
    Draft draft = new Draft(this);
    draft.addresses = networks;
    return new GroupConfig(draft);
  }

  /**
   * The same with another guard.
   *
   * @param another keeps members that are due published when they are too many; null for none
   */
  public GroupConfig withGuard(@Nullable Guard another) {
    Draft draft = new Draft(this);
    draft.guard = another;
    return new GroupConfig(draft);
  }

  /**
   * The same with another damping.
   *
   * @param another how often a new address has to be announced; null for once
   */
  public GroupConfig withDamping(@Nullable Damping another) {
    Draft draft = new Draft(this);
    draft.damping = another;
    return new GroupConfig(draft);
  }

  /**
   * The same with another answer to goodbyes.
   *
   * @param heeded whether a member that says goodbye leaves at once
   */
  public GroupConfig withFarewells(boolean heeded) {
    Draft draft = new Draft(this);
    draft.farewells = heeded;
    return new GroupConfig(draft);
  }

  /**
   * The same with another way to treat those who drain.
   *
   * @param policy what becomes of a member that says so
   */
  public GroupConfig withDraining(DrainingPolicy policy) {
    Draft draft = new Draft(this);
    draft.draining = policy;
    return new GroupConfig(draft);
  }

  /** The group. */
  public GroupId id() {
    return id;
  }

  /** The secret that its members sign with; the first, if there are several. */
  public PreSharedKey key() {
    return keys.getFirst();
  }

  /** The secrets that its members sign with, any one of which is accepted; at least one. */
  public List<PreSharedKey> keys() {
    return keys;
  }

  /** How long an announcement keeps its address a member, counted from its timestamp. */
  public Duration expire() {
    return expire;
  }

  /**
   * How far a timestamp may be from this host's clock, in either direction; positive and at most
   * {@link #expire}.
   */
  public Duration clockSkew() {
    return clockSkew;
  }

  /** How long after the start the group becomes ready; not negative. */
  public Duration readinessDelay() {
    return readinessDelay;
  }

  /** How many members there can be at a time. */
  public int maxMembers() {
    return maxMembers;
  }

  /** The networks whose addresses may be members; none if all addresses may. */
  public List<IpNetwork> addresses() {
    return addresses;
  }

  /** What keeps members that are due published when they are too many; null for nothing. */
  public @Nullable Guard guard() {
    return guard;
  }

  /** How often a new address has to be announced before it is published; null for once. */
  public @Nullable Damping damping() {
    return damping;
  }

  /** Whether a member that says goodbye leaves at once, as it does unless configured otherwise. */
  public boolean farewells() {
    return farewells;
  }

  /** What becomes of a member that says that it drains; it stays unless configured otherwise. */
  public DrainingPolicy draining() {
    return draining;
  }

  /**
   * Whether an address may be a member. Allocates nothing.
   *
   * @param high the first eight octets of the {@link dev.rgap.protocol.IpAddress}
   * @param low the last eight octets
   */
  public boolean allows(long high, long low) {
    return networks == null || networks.contains(high, low);
  }

  /** {@link #expire} in microseconds; positive. */
  public long expireMicros() {
    return expireMicros;
  }

  /** {@link #clockSkew} in microseconds; positive. */
  public long clockSkewMicros() {
    return clockSkewMicros;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupConfig that
        && id.equals(that.id)
        && keys.equals(that.keys)
        && expire.equals(that.expire)
        && clockSkew.equals(that.clockSkew)
        && readinessDelay.equals(that.readinessDelay)
        && maxMembers == that.maxMembers
        && addresses.equals(that.addresses)
        && Objects.equals(guard, that.guard)
        && Objects.equals(damping, that.damping)
        && farewells == that.farewells
        && draining == that.draining;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        id,
        keys,
        expire,
        clockSkew,
        readinessDelay,
        maxMembers,
        addresses,
        guard,
        damping,
        farewells,
        draining);
  }

  /** Everything but the keys, of which only the fingerprints are shown. */
  @Override
  public String toString() {
    return "GroupConfig[id="
        + id
        + ", keys="
        + keys
        + ", expire="
        + expire
        + ", clockSkew="
        + clockSkew
        + ", readinessDelay="
        + readinessDelay
        + ", maxMembers="
        + maxMembers
        + ", addresses="
        + addresses
        + (guard == null ? "" : ", guard=" + guard)
        + (damping == null ? "" : ", damping=" + damping)
        + (farewells ? "" : ", farewells=false")
        + (draining == DrainingPolicy.KEEP ? "" : ", draining=" + draining.label())
        + "]";
  }
}
