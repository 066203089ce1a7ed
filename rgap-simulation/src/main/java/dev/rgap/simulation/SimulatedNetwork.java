package dev.rgap.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes datagrams from hosts to sites: late, twice, in another order or not at all. What it has
 * carried of late is remembered for those who have listened on the way.
 */
final class SimulatedNetwork {

  /**
   * What becomes of a datagram on a path.
   *
   * @param loss how likely it is lost, in percent
   * @param copies how likely it comes twice, in percent
   * @param shortest how long it takes at least, in nanoseconds
   * @param longest how long it takes at most
   */
  record Path(int loss, int copies, long shortest, long longest) {
    static final Path GOOD = new Path(0, 0, 100_000, 400_000);
    static final Path CUT = new Path(100, 0, 0, 0);
  }

  /** Whom datagrams reach. */
  interface Receiver {
    void arrived(byte[] datagram, String sender);
  }

  /** Who sees what is sent. */
  interface Tap {
    void sent(String from, String to, List<byte[]> datagrams);
  }

  /** As many are remembered. */
  private static final int REMEMBERED = 400;

  private final Timeline timeline;
  private final RandomGenerator random;
  private final Map<String, Receiver> receivers = new HashMap<>();
  private final Map<String, Path> paths = new HashMap<>();
  private final List<byte[]> recorded = new ArrayList<>();
  private final @Nullable Tap tap;

  /**
   * All paths are good.
   *
   * @param tap sees what is sent; null if nobody does, and nothing is remembered
   */
  SimulatedNetwork(Timeline timeline, RandomGenerator random, @Nullable Tap tap) {
    this.timeline = timeline;
    this.random = random;
    this.tap = tap;
  }

  void add(String site, Receiver receiver) {
    receivers.put(site, receiver);
  }

  /** A path is like that from now on. */
  void change(String from, String to, Path path) {
    if (path.equals(Path.GOOD)) {
      paths.remove(from + ">" + to);
    } else {
      paths.put(from + ">" + to, path);
    }
  }

  /** Sends datagrams, each on its own. */
  void send(String from, String to, List<byte[]> datagrams) {
    if (tap != null) {
      tap.sent(from, to, datagrams);
      record(datagrams);
    }
    Path path = paths.isEmpty() ? Path.GOOD : paths.getOrDefault(from + ">" + to, Path.GOOD);
    if (path.equals(Path.GOOD) && datagrams.size() > 1) {
      deliver(path, to, datagrams, from);
      return;
    }
    for (byte[] datagram : datagrams) {
      int times = random.nextInt(100) < path.copies ? 2 : 1;
      for (int i = 0; i < times; i++) {
        if (random.nextInt(100) >= path.loss) {
          deliver(path, to, List.of(datagram), from);
        }
      }
    }
  }

  private void record(List<byte[]> datagrams) {
    for (byte[] datagram : datagrams) {
      if (recorded.size() < REMEMBERED) {
        recorded.add(datagram);
      } else {
        recorded.set(random.nextInt(REMEMBERED), datagram);
      }
    }
  }

  private void deliver(Path path, String to, List<byte[]> datagrams, String from) {
    long late = path.shortest + random.nextLong(path.longest - path.shortest + 1);
    Receiver receiver = receivers.get(to);
    if (receiver != null) {
      timeline.at(
          timeline.now() + late,
          () -> {
            for (byte[] datagram : datagrams) {
              receiver.arrived(datagram, from);
            }
          });
    }
  }

  /** What somebody has recorded who has listened. */
  List<byte[]> recorded() {
    return recorded;
  }
}
