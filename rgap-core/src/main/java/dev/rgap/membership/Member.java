package dev.rgap.membership;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group, as it stood when it was asked for.
 *
 * @param address the address
 * @param expiresAt when its life ends unless it is announced again, by the wall clock; in the past
 *     if it is held
 * @param remaining how long that was, when asked; not negative, 0 if it is held
 * @param held whether its life is over and only the group's {@link Guard} keeps it published
 * @param draining whether it has said last that it drains: it is there, and asks for nothing new
 * @param origin where its last announcement came from; null if no announcement has made it a
 *     member, as in {@link Membership#fixed}
 */
@StableApi
public record Member(
    IpAddress address,
    Instant expiresAt,
    Duration remaining,
    boolean held,
    boolean draining,
    @Nullable Origin origin) {

  /**
   * Where a member's last announcement came from: for people who look for a host, or a fault.
   *
   * <p>After a restart with members that were kept on disk, what is not in the announcement itself
   * is forgotten until the member announces itself again: sender and skew are null, and it counts
   * as a member since the time that the kept announcement names, or, if that is ahead, since the
   * restart.
   *
   * @param since since when it is a member without a break, as far as this process knows, by this
   *     host's wall clock of then; to the second
   * @param announced the time that its last announcement names, by the clock of whoever has signed
   *     it
   * @param sender the address of the host that has sent it, which nobody has verified
   * @param skew how far the clock of whoever has signed it seemed to be ahead of this host's when
   *     it came, less the time that it travelled; to 10 ms
   * @param key {@link dev.rgap.protocol.PreSharedKey#fingerprint} of the key that has signed it;
   *     null if the group does not accept that key any more
   */
  public record Origin(
      @Nullable Instant since,
      Instant announced,
      @Nullable IpAddress sender,
      @Nullable Duration skew,
      @Nullable String key) {}

  /** A member of which is not known where it came from. */
  public Member(IpAddress address, Instant expiresAt, Duration remaining, boolean held) {
    this(address, expiresAt, remaining, held, false, null);
  }

  /** A member that is alive. */
  public Member(IpAddress address, Instant expiresAt, Duration remaining) {
    this(address, expiresAt, remaining, false);
  }
}
