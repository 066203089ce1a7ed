package dev.rgap.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the datagrams of an agent: what it says now. Safe for all threads. */
final class AgentDatagrams {

  private final GroupId group;
  private final PreSharedKey ownKey;

  /** Null if it is always its own. */
  private final @Nullable Supplier<PreSharedKey> key;

  private final HostClock clock;
  private final AnnouncementSigner signer;

  /** When something was said last. */
  @GuardedBy("signer")
  private long lastMicros;

  AgentDatagrams(AgentSettings settings) {
    this.group = settings.group();
    this.ownKey = settings.ownKey();
    this.key = settings.key();
    this.clock = settings.clock();
    this.signer = settings.signer();
  }

  PreSharedKey key() {
    return key == null ? ownKey : key.get();
  }

  /** What says: here I am. */
  List<byte[]> announcements(List<IpAddress> of) {
    if (of.size() == 1) {
      return List.of(announcement(of.get(0))); // as most often
    }
    List<byte[]> datagrams = new ArrayList<>(of.size());
    for (IpAddress address : of) {
      datagrams.add(announcement(address));
    }
    return datagrams;
  }

  private byte[] announcement(IpAddress address) {
    PreSharedKey with = key();
    synchronized (signer) {
      lastMicros = clock.epochMicros();
      return signer.sign(new Announcement(group, lastMicros, address), with);
    }
  }

  /** What says: here I am, and want no new work. */
  List<byte[]> draining(List<IpAddress> of) {
    synchronized (signer) {
      lastMicros = clock.epochMicros();
      return signed(of, AnnouncedState.DRAINING, lastMicros);
    }
  }

  /** What says: goodbye. It is later than all that was said before. */
  List<byte[]> farewells(List<IpAddress> of) {
    synchronized (signer) {
      lastMicros = Math.max(clock.epochMicros(), lastMicros + 1);
      return signed(of, AnnouncedState.LEAVING, lastMicros);
    }
  }

  @GuardedBy("signer")
  private List<byte[]> signed(List<IpAddress> of, AnnouncedState state, long micros) {
    PreSharedKey with = key();
    List<byte[]> datagrams = new ArrayList<>(of.size());
    for (IpAddress address : of) {
      datagrams.add(signer.sign(new Announcement(group, micros, address), state, with));
    }
    return datagrams;
  }

  /** When something was said last, in microseconds since the Unix epoch. */
  long lastMicros() {
    synchronized (signer) {
      return lastMicros;
    }
  }

  /** Goodbyes are to be later than this, too. */
  void follow(long micros) {
    synchronized (signer) {
      lastMicros = Math.max(lastMicros, micros);
    }
  }
}
