package dev.rgap.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.SectionEnd;
import java.util.concurrent.locks.Lock;

/**
 * What of one group outlives the process, as it is now: the newest announcement of each member, and
 * what {@link SectionEnd} says of them. Safe for all threads.
 */
@InternalApi
public final class KeptGroup {

  /** Bytes that {@link #write} needs room for. */
  public static final int PART_BYTES = MemberRows.PAGE_ROWS * AnnouncementCodec.SIZE;

  private final Group group;
  private final Publication publication;
  private final Pulse pulse;

  /** The membership's, of all groups. */
  private final Lock lock;

  @GuardedBy("lock")
  private final GroupTable table;

  KeptGroup(Group group, Publication publication, GroupTable table, Pulse pulse, Lock lock) {
    this.group = group;
    this.publication = publication;
    this.table = table;
    this.pulse = pulse;
    this.lock = lock;
  }

  /** The group's id. */
  public GroupId id() {
    return group.id();
  }

  /** What {@link #end} is to be signed with: the first of the keys that the group accepts. */
  public PreSharedKey key() {
    return group.keys().get(0).key();
  }

  /** A number that is another one when there is something to be written that was not before. */
  public long changes() {
    lock.lock();
    try {
      return table.changes() + (publication.snapshot().ready() ? 1 : 0);
    } finally {
      lock.unlock();
    }
  }

  /** How many parts it has at the moment; {@link #write} is called for each, from 0. */
  public int parts() {
    lock.lock();
    try {
      return table.parts();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the announcements of a part of the members, one after the other.
   *
   * @param to has room for {@value #PART_BYTES} bytes
   * @return how many announcements there were
   */
  public int write(int part, byte[] to) {
    lock.lock();
    try {
      return table.writeMembers(part, id().bits(), to);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is to be written behind the members.
   *
   * @param written how many there were
   * @param nowMicros the time by this host's wall clock
   */
  public SectionEnd end(int written, long nowMicros) {
    lock.lock();
    try {
      // Others that are members have been heard before anything was kept, and not since. Who is
      // held
      // would be missing afterwards.
      boolean whole =
          publication.snapshot().ready() && table.held() == 0 && written >= table.size();
      return new SectionEnd(id(), nowMicros, table.departedTimestamp(pulse.now()), written, whole);
    } finally {
      lock.unlock();
    }
  }
}
