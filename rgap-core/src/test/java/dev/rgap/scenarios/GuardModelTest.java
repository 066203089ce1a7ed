package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Admission;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of a guarded and damped group, against the obvious model and by what is said.
 */
class GuardModelTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(10);
  private static final int ADDRESSES = 12;
  private static final List<Guard> GUARDS =
      List.of(
          new Guard(1, 50, Duration.ofSeconds(4), Duration.ofSeconds(30)),
          new Guard(0, 100, Duration.ofSeconds(4), Duration.ofSeconds(30)),
          new Guard(3, 25, Duration.ofSeconds(8), Duration.ofSeconds(30)),
          new Guard(0, 0, Duration.ofSeconds(3), Duration.ofSeconds(12)));
  private static final List<Damping> DAMPINGS =
      List.of(new Damping(2, Duration.ofSeconds(4)), new Damping(3, Duration.ofSeconds(9)));

  /** No guard here holds longer. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  /** By then it is known that the host has slept. */
  private static final Duration SLACK = Duration.ofMillis(300);

  /** A step of the history without a pause takes no longer. */
  private static final Duration STEP = SLACK.plusSeconds(1);

  private final ManualClock clock = new ManualClock();

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.membership");

  private static GroupConfig config(@Nullable Guard guard, @Nullable Damping damping) {
    return GroupConfig.of(GROUP, KEY, EXPIRE).withGuard(guard).withDamping(damping);
  }

  private static <T> @Nullable T any(List<T> of, Random random) {
    int which = random.nextInt(of.size() + 1);
    return which == of.size() ? null : of.get(which);
  }

  private static Set<IpAddress> held(LiveMembership membership) {
    TreeSet<IpAddress> held = new TreeSet<>();
    for (Member member : membership.members(GROUP)) {
      if (member.held()) {
        held.add(member.address());
        assertThat(member.remaining()).isZero();
      }
    }
    assertThat(held.isEmpty() || membership.remainingNanos(GROUP) == 0).isTrue();
    return held;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void doesWhatTheModelDoes(long seed) {
    Random random = new Random(seed);
    Guard guard = GUARDS.get((int) (seed % GUARDS.size()));
    Damping damping = any(DAMPINGS, random);
    LiveMembership membership =
        new LiveMembership(List.of(config(guard, damping)), clock.scheduler());
    GuardModel model = new GuardModel(EXPIRE, guard, damping, clock.nanoTime());
    int alive = ADDRESSES;

    for (int step = 0; step < 5_000; step++) {
      int what = random.nextInt(1_000);
      if (what < 6) {
        alive = random.nextInt(ADDRESSES + 1); // so many agents work from now on
      } else if (what < 10) {
        guard = any(GUARDS, random);
        damping = any(DAMPINGS, random);
        membership.replace(config(guard, damping));
        model.change(guard, damping, clock.nanoTime());
        clock.runDue();
      } else if (what < 20) {
        clock.stepWallClock(Duration.ofMillis(random.nextInt(8_000) - 4_000));
      } else if (what < 40) {
        clock.advance(Duration.ofNanos(random.nextLong(8_000_000_000L)));
      } else if (what < 500 || alive == 0) {
        clock.advance(Duration.ofNanos(random.nextLong(1_000_000_000L)));
      } else {
        IpAddress address = IpAddress.ofIpv4(random.nextInt(alive));
        long now = clock.epochMicros();
        long timestamp = now - random.nextLong(3_000_000L);
        model.advanceTo(clock.nanoTime());
        assertThat(Datagrams.accept(membership, GROUP, address, timestamp, now))
            .isEqualTo(model.accept(address, timestamp, now, clock.nanoTime()));
      }
      model.advanceTo(clock.nanoTime());
      assertThat(membership.snapshot(GROUP).addresses())
          .as("step %s", step)
          .containsExactlyElementsOf(model.published());
      assertThat(held(membership)).as("step %s", step).isEqualTo(model.held());
    }
    clock.advance(LONGEST_HOLD.plus(EXPIRE).multipliedBy(2));
    model.advanceTo(clock.nanoTime());
    assertThat(log.lines(Level.WARNING)).hasSize(model.episodes()).isNotEmpty();
    assertThat(log.lines(Level.INFO)).hasSize(model.episodes());
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    clock.advance(EXPIRE);
    assertThat(clock.pendingTasks()).isZero();
  }

  /**
   * With all that keeps a host from listening; whatever happens, nobody is held for longer, and
   * there are no fewer than allowed.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsToItsLimitsWhateverHappens(long seed) {
    Random random = new Random(seed);
    Guard guard = GUARDS.getFirst();
    Damping damping = DAMPINGS.get((int) (seed % 2));
    LiveMembership membership =
        new LiveMembership(List.of(config(guard, damping)), clock.scheduler());
    LeastAllowed least = new LeastAllowed(EXPIRE.toNanos(), guard, clock.bootNanoTime());
    Map<IpAddress, Long> heldSince = new HashMap<>();
    Map<IpAddress, List<Long>> waiting = new HashMap<>();
    Map<IpAddress, Long> published = new HashMap<>();
    int alive = ADDRESSES;
    boolean everHeld = false;

    for (int step = 0; step < 5_000; step++) {
      int what = random.nextInt(1_000);
      if (what < 10) {
        alive = random.nextInt(ADDRESSES + 1);
      } else if (what < 20) {
        guard = any(GUARDS, random);
        membership.replace(config(guard, damping));
        least.change(guard, clock.bootNanoTime());
      } else if (what < 30) {
        clock.stepWallClock(Duration.ofMillis(random.nextInt(8_000) - 4_000));
      } else if (what < 35) {
        clock.stop(Duration.ofMillis(random.nextInt(20_000)));
        least.heard(clock.bootNanoTime());
      } else if (what < 40) {
        clock.suspend(Duration.ofMillis(random.nextInt(20_000)));
        least.heard(clock.bootNanoTime());
      } else if (what < 500 || alive == 0) {
        clock.advance(Duration.ofNanos(random.nextLong(1_000_000_000L)));
      } else {
        IpAddress address = IpAddress.ofIpv4(random.nextInt(alive));
        long now = clock.epochMicros();
        Admission admission = Datagrams.accept(membership, GROUP, address, now, now);
        if (admission == Admission.JOINED || admission == Admission.REFRESHED) {
          least.heard(clock.bootNanoTime());
        }
        List<Long> waited = waiting.computeIfAbsent(address, none -> new ArrayList<>());
        if (admission == Admission.PENDING) {
          waited.add(clock.bootNanoTime());
        } else if (admission == Admission.JOINED) {
          long lately = clock.bootNanoTime() - STEP.toNanos();
          Long member = published.get(address);
          if (member == null || member < lately - EXPIRE.toNanos()) {
            waited.removeIf(then -> then < lately - damping.within().toNanos());
            assertThat(waited).hasSizeGreaterThanOrEqualTo(damping.minAnnouncements() - 1);
          }
          waited.clear();
        }
      }
      for (IpAddress address : membership.snapshot(GROUP).addresses()) {
        published.put(address, clock.bootNanoTime()); // also after a pause: nobody could leave
      }
      clock.advance(SLACK);
      boolean ended = log.lines().stream().anyMatch(line -> line.contains(": the guard ends"));
      log.clear();
      least.look(Set.copyOf(membership.snapshot(GROUP).addresses()), ended, clock.bootNanoTime());
      Set<IpAddress> held = held(membership);
      everHeld |= !held.isEmpty();
      heldSince.keySet().retainAll(held);
      for (IpAddress address : held) {
        long since = heldSince.computeIfAbsent(address, first -> clock.bootNanoTime());
        assertThat(Duration.ofNanos(clock.bootNanoTime() - since)).isLessThan(LONGEST_HOLD);
      }
    }
    assertThat(everHeld).isTrue();
    assertThat(least.losses()).isGreaterThan(20);
    clock.advance(LONGEST_HOLD.plus(EXPIRE));
    assertThat(membership.snapshot(GROUP).addresses()).isEmpty();
    clock.advance(EXPIRE.multipliedBy(2));
    assertThat(clock.pendingTasks()).isZero();
  }
}
