package dev.rgap.protocol;

import dev.rgap.api.InternalApi;

/**
 * A datagram of the right size taken apart, and not to be trusted before its signature has been
 * verified.
 *
 * @param version the protocol version, 0 to 65535; {@link AnnouncementCodec#VERSION} is the only
 *     one known
 * @param announcement what it claims
 * @param signature what it offers as proof
 */
@InternalApi
public record SignedAnnouncement(int version, Announcement announcement, Signature signature) {

  /** Thirty-two octets of HMAC-SHA256, as four numbers in network order. */
  public record Signature(long a, long b, long c, long d) {}
}
