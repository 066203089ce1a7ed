package dev.rgap.testing;

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
}
