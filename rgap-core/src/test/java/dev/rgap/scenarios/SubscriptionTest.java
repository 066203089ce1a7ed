package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What subscribers can rely on, and what the membership suffers from none of them. */
@Timeout(120)
class SubscriptionTest {

  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);
  private static final GroupId UNKNOWN = new GroupId(3);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final List<GroupConfig> GROUPS =
      List.of(GroupConfig.of(ONE, KEY, EXPIRE), GroupConfig.of(TWO, KEY, EXPIRE));

  /** Runs tasks when it is told to. */
  private static final class HeldExecutor implements Executor {
    final ArrayDeque<Runnable> held = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      held.add(task);
    }

    void runOne() {
      held.remove().run();
    }

    void runAll() {
      while (!held.isEmpty()) {
        runOne();
      }
    }
  }

  private final ManualClock clock = new ManualClock();
  private final LiveMembership membership = new LiveMembership(GROUPS, clock.scheduler());
  private final HeldExecutor executor = new HeldExecutor();
  private final List<MembershipEvent> events = new ArrayList<>();

  private static void announce(LiveMembership to, HostClock by, GroupId group, int address) {
    long now = by.epochMicros();
    requireNonNull(to.find(group.bits()))
        .accept(Datagrams.unsigned(group, IpAddress.ofIpv4(address), now), now);
  }

  private void announce(GroupId group, int address) {
    announce(membership, clock, group, address);
  }

  private static String describe(MembershipEvent event) {
    String what =
        switch (event) {
          case Joined joined -> "+" + (int) joined.address().low();
          case Draining draining -> "~" + (int) draining.address().low();
          case Left left -> "-" + (int) left.address().low();
          case State state -> "=" + state.missed();
          case MembershipEvent.Ready ready -> "ready";
        };
    return event.group() + what + " v" + event.snapshot().version();
  }

  private List<String> described() {
    return events.stream().map(SubscriptionTest::describe).toList();
  }

  @Test
  void beginsWithTheStateOfEachGroupInOrder() {
    announce(TWO, 5);
    membership.subscribe(Set.of(UNKNOWN, TWO, ONE), executor, events::add);
    announce(ONE, 6);
    assertThat(events).isEmpty();
    executor.runAll();

    assertThat(described()).containsExactly("1=0 v0", "2=0 v1", "3=0 v0", "1+6 v1");
    assertThat(events.get(2).snapshot().ready()).isTrue();
  }

  @Test
  void eachEventCarriesTheSnapshotItLedTo() {
    membership.subscribe(Set.of(ONE), executor, events::add);
    announce(ONE, 2);
    announce(ONE, 1);
    announce(TWO, 3);
    clock.advance(EXPIRE);
    executor.runAll();

    assertThat(described()).hasSize(5).startsWith("1=0 v0", "1+2 v1", "1+1 v2");
    assertThat(events)
        .extracting(event -> event.snapshot().addresses().size())
        .containsExactly(0, 1, 2, 1, 0);
    assertThat(events.get(2).snapshot().addresses())
        .containsExactly(IpAddress.ofIpv4(1), IpAddress.ofIpv4(2));
  }

  @Test
  void onlyTheSubscribedGroupsAreReported() {
    membership.subscribe(Set.of(TWO), executor, events::add);
    membership.subscribe(Set.of(), executor, events::add);
    announce(ONE, 1);
    executor.runAll();

    assertThat(described()).containsExactly("2=0 v0");
  }

  @Test
  void aSubscriberThatThrowsGetsTheNextEventAndHarmsNoOther() {
    try (LogCapture log = LogCapture.of("dev.rgap.membership")) {
      membership.subscribe(
          Set.of(ONE),
          executor,
          event -> {
            events.add(event);
            if (events.size() == 2) {
              throw new AssertionError("broken badly");
            }
            throw new IllegalStateException("broken");
          });
      List<MembershipEvent> other = new ArrayList<>();
      membership.subscribe(Set.of(ONE), executor, other::add);
      announce(ONE, 1);
      announce(ONE, 2);
      executor.runAll();

      assertThat(described()).containsExactly("1=0 v0", "1+1 v1", "1+2 v2");
      assertThat(other).isEqualTo(events);
      assertThat(log.thrown()).hasSize(2);
      assertThat(log.lines())
          .containsExactly(
              "a subscriber failed on State; going on", "a subscriber failed on Joined; going on");
    }
  }

  @Test
  void aSubscriberThatFailsOnEachEventSaysSoOnceAMinute() {
    try (LogCapture log = LogCapture.of("dev.rgap.membership")) {
      membership.subscribe(
          Set.of(ONE),
          executor,
          event -> {
            events.add(event);
            throw new IllegalStateException("broken");
          });
      for (int i = 0; i < 1_000; i++) {
        announce(ONE, i);
      }
      executor.runAll();
      assertThat(log.lines()).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
      executor.runAll();

      assertThat(events).hasSize(2_001);
      assertThat(log.lines())
          .hasSize(2)
          .last()
          .asString()
          .startsWith("a subscriber failed on Left; going on (and 1000 more since the last line)");
      assertThat(log.thrown()).hasSize(1);
    }
  }

  @Test
  void anExecutorThatFailsSaysSoOnceAndIsAskedAgainAtEachEvent() {
    List<Runnable> taken = new ArrayList<>();
    try (LogCapture log = LogCapture.of("dev.rgap.membership")) {
      membership.subscribe(
          Set.of(ONE),
          task -> {
            if (taken.size() % 2 == 0) {
              taken.add(() -> {});
              throw new OutOfMemoryError("as if");
            }
            taken.add(task);
            task.run();
          },
          events::add);
      for (int i = 1; i < 100; i++) {
        announce(ONE, i);
      }

      assertThat(events).hasSize(100);
      assertThat(log.lines())
          .containsExactly("a subscriber's executor failed; trying again at each event");
    }
  }

  @Test
  void anExecutorThatHasNoRoomEndsNoSubscription() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    try (LogCapture log = LogCapture.of("dev.rgap.membership");
        ThreadPoolExecutor pool =
            new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new SynchronousQueue<>(),
                task -> {
                  Thread thread = new Thread(task);
                  thread.setDaemon(true);
                  return thread;
                })) {
      Future<?> first = pool.submit(() -> busy.await(60, TimeUnit.SECONDS));
      BlockingQueue<MembershipEvent> received = new LinkedBlockingQueue<>();
      membership.subscribe(Set.of(ONE), pool, received::add);
      assertThat(log.lines())
          .containsExactly("a subscriber's executor failed; trying again at each event");
      busy.countDown();
      first.get(60, TimeUnit.SECONDS);
      for (int i = 1; received.isEmpty(); i++) {
        announce(ONE, i); // until the thread takes something again
      }

      assertThat(received.poll(60, TimeUnit.SECONDS)).isInstanceOf(State.class);
    }
  }

  @Test
  void aSubscriberThatIsTooSlowGetsTheStateAndTheNumberItMissed() {
    membership.subscribe(Set.of(ONE, TWO), executor, events::add);
    executor.runAll();
    announce(TWO, 7);
    for (int i = 0; i < Membership.MAX_PENDING_EVENTS; i++) {
      announce(ONE, i);
    }
    announce(ONE, Membership.MAX_PENDING_EVENTS); // the first that finds the mailbox overflowed
    events.clear();
    executor.runOne();

    int missed = Membership.MAX_PENDING_EVENTS + 2;
    assertThat(described()).containsExactly("1=" + missed + " v" + (missed - 1), "2=0 v1");
    assertThat(events.get(0).snapshot()).isSameAs(membership.snapshot(ONE));

    events.clear();
    announce(TWO, 8);
    executor.runAll();
    assertThat(described()).containsExactly("2+8 v2");

    // So many leave at once that some are missed again; what is known fits all the same.
    clock.advance(EXPIRE);
    executor.runAll();
    Map<GroupId, Long> versions = new HashMap<>(Map.of(ONE, missed - 1L, TWO, 1L));
    for (MembershipEvent event : events) {
      if (!(event instanceof State)) {
        assertThat(event.snapshot().version())
            .isEqualTo(versions.getOrDefault(event.group(), -1L) + 1);
      }
      versions.put(event.group(), event.snapshot().version());
    }
    assertThat(versions.get(ONE)).isEqualTo(membership.snapshot(ONE).version());
    assertThat(versions.get(TWO)).isEqualTo(membership.snapshot(TWO).version());
  }

  @Test
  void deliveriesComeInPortionsSoThatOthersGetTheirTurn() {
    membership.subscribe(Set.of(ONE), executor, events::add);
    for (int i = 0; i < 1_000; i++) {
      announce(ONE, i);
    }
    assertThat(executor.held).hasSize(1);
    executor.runOne();
    assertThat(events).hasSizeBetween(1, 999);
    assertThat(executor.held).hasSize(1);
    executor.runAll();
    assertThat(events).hasSize(1_001);
  }

  @Test
  void aClosedSubscriptionGetsNothingMore() {
    Membership.Subscription subscription = membership.subscribe(Set.of(ONE), executor, events::add);
    announce(ONE, 1);
    subscription.close();
    subscription.close();
    announce(ONE, 2);
    executor.runAll();

    assertThat(events).isEmpty();
    announce(ONE, 3);
    assertThat(executor.held).isEmpty();
  }

  @Test
  void aSubscriberMayCloseItsSubscription() {
    AtomicReference<Membership.Subscription> self = new AtomicReference<>();
    self.set(
        membership.subscribe(
            Set.of(ONE),
            executor,
            event -> {
              events.add(event);
              self.get().close();
            }));
    announce(ONE, 1);
    executor.runAll();

    assertThat(events).hasSize(1);
  }

  @Test
  void anOverflowedSubscriptionCanBeClosed() {
    Membership.Subscription subscription = membership.subscribe(Set.of(ONE), executor, events::add);
    for (int i = 0; i <= Membership.MAX_PENDING_EVENTS; i++) {
      announce(ONE, i);
    }
    subscription.close();
    executor.runAll();

    assertThat(events).isEmpty();
  }

  @Test
  void anExecutorThatRejectsEndsTheSubscription() {
    AtomicInteger asked = new AtomicInteger();
    membership.subscribe(
        Set.of(ONE),
        task -> {
          asked.incrementAndGet();
          throw new RejectedExecutionException("closed");
        },
        events::add);
    announce(ONE, 1);
    announce(ONE, 2);

    assertThat(asked).hasValue(1);
    assertThat(membership.snapshot(ONE).addresses()).hasSize(2);
  }

  @Test
  void aSubscriberMayUseTheMembership() {
    membership.subscribe(
        Set.of(ONE),
        Runnable::run,
        event -> {
          events.add(event);
          assertThat(membership.members(ONE)).hasSizeGreaterThanOrEqualTo(0);
          if (events.size() < 4) {
            announce(ONE, events.size());
          }
        });

    assertThat(described()).containsExactly("1=0 v0", "1+1 v1", "1+2 v2", "1+3 v3");
  }

  /** If it were called under the lock, the other thread would wait for it for ever. */
  @Test
  void aSubscriberIsNotCalledUnderALock() {
    membership.subscribe(
        Set.of(ONE),
        Runnable::run,
        event -> {
          events.add(event);
          CompletableFuture.runAsync(
                  () -> {
                    announce(TWO, 1);
                    membership.members(ONE);
                    membership.subscribe(Set.of(TWO), task -> {}, ignored -> {}).close();
                  },
                  task -> new Thread(task).start())
              .orTimeout(60, TimeUnit.SECONDS)
              .join();
        });
    announce(ONE, 1);
    clock.advance(EXPIRE);

    assertThat(described()).containsExactly("1=0 v0", "1+1 v1", "1-1 v2");
  }

  /** Real threads: several take in announcements, members expire, one subscriber looks on. */
  @Test
  void manyThreadsAreSeenInOneOrder() throws Exception {
    HostClock real = HostClock.system();
    Duration shortly = Duration.ofMillis(5);
    List<GroupConfig> configs =
        List.of(GroupConfig.of(ONE, KEY, shortly), GroupConfig.of(TWO, KEY, shortly));
    AtomicReference<String> disorder = new AtomicReference<>("");
    Map<GroupId, Long> versions = new HashMap<>();
    Map<GroupId, Set<IpAddress>> members = new HashMap<>();
    CountDownLatch allGone = new CountDownLatch(1);
    AtomicInteger announcers = new AtomicInteger(4);
    try (Scheduler expiry = Scheduler.onThread("expiry", real);
        Scheduler delivery = Scheduler.onThread("delivery", real);
        LiveMembership live = new LiveMembership(configs, expiry)) {
      live.subscribe(
          Set.of(ONE, TWO),
          delivery,
          event -> {
            GroupSnapshot snapshot = event.snapshot();
            Set<IpAddress> known = members.computeIfAbsent(event.group(), id -> new HashSet<>());
            Long before = versions.put(event.group(), snapshot.version());
            boolean expected =
                switch (event) {
                  case Joined joined -> known.add(joined.address());
                  case Draining draining -> known.contains(draining.address());
                  case Left left -> known.remove(left.address());
                  case State state -> before == null;
                  case MembershipEvent.Ready ready -> false;
                };
            if (!expected
                || (before != null && before + 1 != snapshot.version())
                || known.size() != snapshot.addresses().size()) {
              disorder.compareAndSet("", describe(event) + " after version " + before);
            }
          });
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int offset = t * 7;
        Thread thread =
            new Thread(() -> {
              for (int i = 0; i < 20_000; i++) {
                announce(live, real, i % 2 == 0 ? ONE : TWO, (i * 31 + offset) % 500);
              }
              announcers.decrementAndGet();
            });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      Runnable look =
          new Runnable() {
            @Override
            public void run() {
              boolean gone = live.snapshot(ONE).addresses().isEmpty();
              gone &= live.snapshot(TWO).addresses().isEmpty();
              gone &= versions.getOrDefault(ONE, -1L) == live.snapshot(ONE).version();
              gone &= versions.getOrDefault(TWO, -1L) == live.snapshot(TWO).version();
              if (gone) {
                allGone.countDown();
              } else {
                delivery.at(real.nanoTime() + 1_000_000, this);
              }
            }
          };
      delivery.execute(look);

      assertThat(allGone.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(disorder).hasValue("");
    assertThat(announcers).hasValue(0);
    assertThat(members.values()).allMatch(Set::isEmpty);
  }
}
