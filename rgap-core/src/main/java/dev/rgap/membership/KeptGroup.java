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

  /** Bytes that {@link Writing#next} needs room for. */
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

  /**
   * What {@link Writing#end} is to be signed with: the first of the keys that the group accepts.
   */
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

  /** Begins to write all of it. */
  public Writing begin() {
    return new Writing();
  }

  /** Writes it a part at a time, as it is at each of them. For one thread. */
  @InternalApi
  public final class Writing {
    private int part;
    private int written;
    private boolean allKnown = true;

    private Writing() {}

    /** How many announcements were written so far. */
    public int written() {
      return written;
    }

    /**
     * Writes the announcements of another part of the members, one after the other.
     *
     * @param to has room for {@value #PART_BYTES} bytes
     * @return how many there were; negative if that were all parts
     */
    public int next(byte[] to) {
      lock.lock();
      try {
        if (part >= table.parts()) {
          return -1;
        }
        int announcements = table.writeMembers(part, id().bits(), to);
        // What others have said was not kept, and they have not been heard since.
        allKnown &= announcements == table.membersIn(part);
        part++;
        written += announcements;
        return announcements;
      } finally {
        lock.unlock();
      }
    }

    /**
     * What is to be written behind them.
     *
     * @param nowMicros the time by this host's wall clock
     */
    public SectionEnd end(long nowMicros) {
      lock.lock();
      try {
        // Who is held would be missing afterwards.
        boolean whole = allKnown && publication.snapshot().ready() && table.held() == 0;
        long departed = table.departures().latest(pulse.now());
        return new SectionEnd(id(), nowMicros, departed, written, whole);
      } finally {
        lock.unlock();
      }
    }
  }
}
