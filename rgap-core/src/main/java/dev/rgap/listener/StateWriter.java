package dev.rgap.listener;

import dev.rgap.membership.KeptGroup;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.SectionEnd;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes what is to be kept of groups, as it is while it writes. */
final class StateWriter implements StateDirectory.Content {

  private final List<KeptGroup> groups;
  private final HostClock clock;
  private final SectionEnd.Codec ends = new SectionEnd.Codec();
  private final byte[] part = new byte[KeptGroup.PART_BYTES];
  private long members;

  StateWriter(List<KeptGroup> groups, HostClock clock) {
    this.groups = groups;
    this.clock = clock;
  }

  /** How many members were written. */
  long members() {
    return members;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (KeptGroup group : groups) {
      KeptGroup.Writing writing = group.begin();
      for (int announcements; (announcements = writing.next(part)) >= 0; ) {
        out.write(part, 0, announcements * AnnouncementCodec.SIZE);
      }
      out.write(ends.encode(writing.end(clock.epochMicros()), group.key()));
      members += writing.written();
    }
  }
}
