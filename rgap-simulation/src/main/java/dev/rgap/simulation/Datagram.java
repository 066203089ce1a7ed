package dev.rgap.simulation;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;

/** What an {@link Oracle} reads in bytes that were sent or written, whatever they are. */
final class Datagram {

  private final byte[] bytes;

  Datagram(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Whether it is long enough for the rest to be asked. */
  boolean isWhole() {
    return bytes.length >= AnnouncementCodec.SIZE;
  }

  GroupId group() {
    return new GroupId(AnnouncementCodec.groupBits(bytes));
  }

  IpAddress address() {
    return new IpAddress(AnnouncementCodec.addressHigh(bytes), AnnouncementCodec.addressLow(bytes));
  }

  long timestamp() {
    return AnnouncementCodec.timestampMicros(bytes);
  }

  /** Whether it is an announcement of version 1. */
  boolean isPlain() {
    return bytes.length == AnnouncementCodec.SIZE
        && AnnouncementCodec.version(bytes) == AnnouncementCodec.VERSION;
  }

  private boolean isExtended() {
    return bytes.length >= ExtendedCodec.MIN_SIZE
        && AnnouncementCodec.version(bytes) == ExtendedCodec.VERSION;
  }

  boolean isGoodbye() {
    return isExtended() && ExtendedCodec.state(bytes) == AnnouncedState.LEAVING;
  }

  /** Whether one of a group's keys has signed it. */
  boolean isSigned(GroupConfig group, AnnouncementSigner signer) {
    for (PreSharedKey key : group.keys()) {
      if (bytes.length == AnnouncementCodec.SIZE
          ? signer.verify(bytes, key)
          : signer.verifyExtended(bytes, bytes.length, key)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is neither too old nor from the future. */
  boolean isInTime(GroupConfig group, long nowMicros) {
    return Math.abs(timestamp() - nowMicros) <= group.clockSkewMicros()
        && timestamp() > nowMicros - group.expireMicros();
  }

  @Override
  public String toString() {
    return isWhole()
        ? "group "
            + group()
            + " "
            + address()
            + " "
            + timestamp()
            + (isExtended() ? " " + ExtendedCodec.state(bytes) : "")
        : bytes.length + " bytes";
  }
}
