package dev.rgap.testing;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Group;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.SignedAnnouncement;

/** Makes announcements for what looks at no signature. */
public final class Datagrams {

  private static final SignedAnnouncement.Signature NONE =
      new SignedAnnouncement.Signature(0, 0, 0, 0);

  private Datagrams() {}

  /** An announcement with zeros where its signature should be. */
  public static byte[] unsigned(GroupId group, IpAddress address, long timestampMicros) {
    return AnnouncementCodec.encode(
        new SignedAnnouncement(
            AnnouncementCodec.VERSION, new Announcement(group, timestampMicros, address), NONE));
  }

  /**
   * Lets a membership take in such an announcement, as a listener does after all checks.
   *
   * @param timestampMicros what the announcement says
   * @param nowMicros the time by the listener's wall clock
   * @throws IllegalArgumentException if the group is not configured
   */
  public static Admission accept(
      LiveMembership membership,
      GroupId group,
      IpAddress address,
      long timestampMicros,
      long nowMicros) {
    Group found = membership.find(group.bits());
    if (found == null) {
      throw new IllegalArgumentException("group " + group + " is not configured");
    }
    return found.accept(unsigned(group, address, timestampMicros), nowMicros);
  }
}
