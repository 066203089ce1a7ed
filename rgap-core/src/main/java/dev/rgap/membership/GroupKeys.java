package dev.rgap.membership;

import dev.rgap.api.InternalApi;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.PreSharedKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a group accepts at the moment, in the order of its configuration, and what is known
 * of their use.
 *
 * <p>With several keys, it is remembered which one has signed for which address, by a hash of it,
 * so that most announcements are held against one key only, in the middle of a rotation, too. That
 * is a guess, changed by genuine announcements only. It may be read and written by several threads
 * at once; a wrong one costs time.
 */
@InternalApi
public final class GroupKeys {

  /** Addresses whose keys are remembered; as many as eight bits tell apart. */
  private static final int GUESSES = 256;

  /** A key is in use for at least as long after each announcement, so that the log says little. */
  private static final Duration LEAST_USE = Duration.ofMinutes(1);

  /** Numbers of keys begin anew behind it: by then nobody remembers who had them. */
  static final int MOST_NUMBER = 255;

  private final GroupKey[] keys;

  /** The number that was given to a key last. */
  private int lastNumber;

  /** A place among the keys for each hash; empty if there is one key only. */
  private final byte[] guesses;

  /** For how long nobody uses a key that is out of use, in nanoseconds. */
  private final long idleNanos;

  /** What nobody has been told yet. */
  private final AtomicReference<@Nullable KeyChange> change = new AtomicReference<>();

  /** The keys of a group that is new. */
  GroupKeys(GroupConfig config) {
    this(config, new GroupKey[0], 0);
  }

  private GroupKeys(GroupConfig config, GroupKey[] known, int lastNumber) {
    this.lastNumber = lastNumber;
    keys = new GroupKey[config.keys().size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = known(config.keys().get(i), known);
    }
    if (keys.length == 1) {
      keys[0].inUse(false); // not worth to be said; it is when there are several again
    }
    guesses = new byte[keys.length == 1 ? 0 : GUESSES];
    Duration twice = config.expire().multipliedBy(2);
    idleNanos = (twice.compareTo(LEAST_USE) > 0 ? twice : LEAST_USE).toNanos();
  }

  private GroupKey known(PreSharedKey key, GroupKey[] known) {
    for (GroupKey old : known) {
      if (old.key().equals(key)) {
        return old;
      }
    }
    do {
      lastNumber = lastNumber % MOST_NUMBER + 1;
    } while (isTaken(lastNumber, known));
    return new GroupKey(key, lastNumber);
  }

  private static boolean isTaken(int number, GroupKey[] known) {
    for (GroupKey old : known) {
      if (old.number() == number) {
        return true;
      }
    }
    return false;
  }

  /** The keys of the group when it is configured otherwise: those that stay keep their numbers. */
  GroupKeys changed(GroupConfig config) {
    return new GroupKeys(config, keys, lastNumber);
  }

  // --- verification ------------------------------------------------------------------------------

  /** How many there are; at least one. */
  public int size() {
    return keys.length;
  }

  /**
   * One of them.
   *
   * @param place from 0
   */
  public GroupKey get(int place) {
    return keys[place];
  }

  /** The place of the key that most likely has signed this datagram. */
  public int likely(byte[] datagram) {
    return guesses.length == 0 ? 0 : guesses[guess(datagram)];
  }

  /** The key at this place has signed this datagram. */
  public void signed(byte[] datagram, int place) {
    if (guesses.length > 0) {
      guesses[guess(datagram)] = (byte) place;
    }
  }

  private static int guess(byte[] datagram) {
    long address =
        AnnouncementCodec.addressHigh(datagram) * 31 + AnnouncementCodec.addressLow(datagram);
    return (int) ((address * 0x9e37_79b9_7f4a_7c15L) >>> 56); // 2^64 by the golden ratio
  }

  // --- use, with the membership's lock held ------------------------------------------------------

  /** A key has signed a new announcement of this address. */
  void used(GroupKey key, long high, long low, long nowMicros, long now) {
    key.announced(high, low, nowMicros, now);
    if (keys.length > 1 && change.get() == null) {
      follow(key, now);
    }
  }

  /** Finds one change, if there is one: the next announcement finds the next. */
  private void follow(GroupKey used, long now) {
    if (!used.inUse()) {
      tell(used, true);
      return;
    }
    for (GroupKey key : keys) {
      if (key.inUse() && key.isIdle(now, idleNanos)) {
        tell(key, false);
        return;
      }
    }
  }

  private void tell(GroupKey key, boolean inUse) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == key) {
        key.inUse(inUse);
        Duration unused = inUse ? Duration.ZERO : Duration.ofNanos(idleNanos);
        change.set(new KeyChange(key.use(), i + 1, keys.length, unused));
      }
    }
  }

  /** The fingerprint of the key with this number; null if it is none of these. */
  @Nullable String fingerprint(int number) {
    for (GroupKey key : keys) {
      if (key.number() == number) {
        return key.fingerprint();
      }
    }
    return null;
  }

  List<KeyUse> uses() {
    List<KeyUse> uses = new ArrayList<>();
    for (GroupKey key : keys) {
      uses.add(key.use());
    }
    return uses;
  }

  // --- without it --------------------------------------------------------------------------------

  /**
   * What has changed about the use of a key, once; only with several keys, and at most twice a
   * minute for each.
   */
  public @Nullable KeyChange takeChange() {
    return change.get() == null ? null : change.getAndSet(null);
  }

  /** Shows how these groups' keys are used among these numbers. */
  static void register(Metrics metrics, Supplier<List<Group>> groups) {
    metrics.family(
        "rgap_group_key_announcements_total",
        MetricsSnapshot.Type.COUNTER,
        "New announcements that the key has signed.",
        () -> {
          List<Sample> samples = new ArrayList<>();
          for (Group group : groups.get()) {
            String id = group.id().toString();
            for (KeyUse use : group.keyUses()) {
              samples.add(
                  Sample.of((double) use.announcements(), "group", id, "key", use.fingerprint()));
            }
          }
          return samples;
        });
  }
}
