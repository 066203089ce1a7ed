package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.scenarios.GroupModel.Said;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hosts that come, drain, go and come back, and two listeners with members on disk that hear of it
 * through a network that loses, repeats and reorders, and pass on to each other what they have
 * heard. Their clocks are set now and then, and they are started anew. Each does what the model
 * does; in the end both know the same.
 */
@Timeout(120)
class TwoListenersModelTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final int HOSTS = 30;
  private static final int STEPS = 3_000;

  /** More than there are hosts. */
  private static final int ROOM = 100;

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  @TempDir private Path directory;

  /** Mostly of what came too late. */
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.listener");

  /** A listener, what it should know, and what is on its way to it. */
  private final class Site {
    private final Endpoint at;
    private final ListenerConfig config;
    private final GroupModel model;
    private final List<Said> coming = new ArrayList<>();
    private final List<Said> heard = new ArrayList<>();
    private @Nullable Listener listener;

    Site(int number, DrainingPolicy draining) {
      at = Endpoint.parse("127.0.0.1:" + number);
      GroupConfig group =
          GroupConfig.of(ID, KEY, Duration.ofNanos(1_000 * GroupModel.EXPIRE_MICROS))
              .withClockSkew(Duration.ofNanos(1_000 * GroupModel.SKEW_MICROS))
              .withDraining(draining)
              .withMaxMembers(ROOM);
      config =
          ListenerConfig.of(List.of(network.configured(at)), List.of(group), List.of())
              .withState(new StateConfig(directory.resolve("state-" + number), true));
      model = new GroupModel(ROOM, draining == DrainingPolicy.KEEP, clock.nanoTime());
    }

    void start() throws IOException {
      Listener started =
          Listener.builder(config).clock(clock).schedulers(name -> clock.scheduler()).build();
      listener = started;
      started.start();
      clock.runDue();
    }

    void restart() throws IOException {
      // So that there is something to be written, which is the time that counts as that of its end.
      hear(say(host(HOSTS), 0, null));
      requireNonNull(listener).close();
      model.restart(clock.epochMicros(), clock.nanoTime());
      start();
    }

    void hear(Said sent) {
      heard.add(sent);
      network.send(at, sent.sign(signer, ID, KEY));
      clock.runDue();
      model.expire(clock.nanoTime());
      model.hear(sent, clock.epochMicros(), clock.nanoTime());
    }

    /**
     * One of those that are coming arrives: mostly once, and mostly the one that was sent first.
     */
    void hearNext(Random random) {
      if (!coming.isEmpty()) {
        int which = random.nextInt(3) == 0 ? random.nextInt(coming.size()) : 0;
        Said sent = coming.get(which);
        if (random.nextInt(5) > 0) {
          coming.remove(which);
        }
        if (random.nextInt(10) > 0) {
          hear(sent);
        }
      }
    }

    GroupSnapshot snapshot() {
      return requireNonNull(listener).membership().snapshot(ID);
    }

    void check() {
      model.expire(clock.nanoTime());
      assertThat(snapshot().addresses()).containsExactlyElementsOf(model.addresses());
      List<IpAddress> marked =
          requireNonNull(listener).membership().members(ID).stream()
              .filter(Member::draining)
              .map(Member::address)
              .toList();
      assertThat(marked).containsExactlyElementsOf(model.draining());
      assertThat(snapshot().draining()).isEqualTo(marked.size());
    }
  }

  private static IpAddress host(int number) {
    return IpAddress.ofIpv4((10 << 24) + number);
  }

  /** Something a host says, by its own clock. */
  private Said say(IpAddress host, long skewMicros, @Nullable AnnouncedState state) {
    return new Said(host, clock.epochMicros() + skewMicros, state);
  }

  private static @Nullable AnnouncedState state(Random random) {
    int state = random.nextInt(12);
    return state < 7
        ? null
        : state < 8
            ? AnnouncedState.UP
            : state < 10 ? AnnouncedState.DRAINING : AnnouncedState.LEAVING;
  }

  @ParameterizedTest
  @CsvSource({"1, KEEP", "2, REMOVE", "3, KEEP", "4, REMOVE", "5, KEEP", "6, REMOVE"})
  void bothDoWhatTheModelDoes(long seed, DrainingPolicy draining) throws IOException {
    Random random = new Random(seed);
    Site one = new Site(1, draining);
    Site two = new Site(2, draining);
    List<Site> sites = List.of(one, two);
    one.start();
    two.start();
    try {
      for (int step = 0; step < STEPS; step++) {
        step(random, sites);
        sites.forEach(Site::check);
      }
      agree(sites);
      assertThat(log.lines(Level.ERROR)).isEmpty();
    } finally {
      requireNonNull(one.listener).close();
      requireNonNull(two.listener).close();
    }
  }

  private void step(Random random, List<Site> sites) throws IOException {
    Site site = sites.get(random.nextInt(2));
    Site other = sites.get(site == sites.getFirst() ? 1 : 0);
    int what = random.nextInt(1_000);
    if (what < 250) {
      clock.advance(Duration.ofMillis(random.nextInt(1_500)));
    } else if (what < 253) {
      clock.advance(Duration.ofSeconds(random.nextInt(60)));
    } else if (what < 256) {
      clock.stepWallClock(Duration.ofMillis(random.nextInt(30_000) - 15_000));
    } else if (what < 259) {
      site.restart();
    } else if (what < 350 && !other.heard.isEmpty()) {
      site.hear(other.heard.get(random.nextInt(other.heard.size())));
    } else if (what < 600) {
      int number = random.nextInt(HOSTS);
      // Each host has a clock of its own; a host's own announcements are in order by it.
      Said sent = say(host(number), (number - HOSTS / 2) * 400_000L, state(random));
      sites.forEach(each -> each.coming.add(sent));
    } else {
      site.hearNext(random);
    }
  }

  /** When all that was sent is over, all hosts say something once more. */
  private void agree(List<Site> sites) {
    clock.advance(Duration.ofSeconds(100));
    TreeSet<IpAddress> expected = new TreeSet<>();
    for (int i = 0; i < HOSTS; i++) {
      Said last = say(host(i), 0, i % 3 == 0 ? AnnouncedState.LEAVING : null);
      sites.forEach(site -> site.hear(last));
      if (i % 3 > 0) {
        expected.add(host(i));
      }
    }
    for (Site site : sites) {
      site.check();
      assertThat(site.snapshot().addresses()).containsExactlyElementsOf(expected);
    }
  }
}
