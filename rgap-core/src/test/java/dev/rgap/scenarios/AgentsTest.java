package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentState;
import dev.rgap.agent.Agents;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several agents of one process, exchanged for others while they run. */
class AgentsTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final Metrics metrics = new Metrics();
  private final DatagramSink sink = network.sink(HERE);
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.agent");
  private final Set<String> threads = new TreeSet<>();

  private final Listener listener =
      Listener.builder(
              ListenerConfig.of(
                  List.of(network.configured(HERE)),
                  List.of(
                      GroupConfig.of(new GroupId(1), KEY, Duration.ofSeconds(15)),
                      GroupConfig.of(new GroupId(2), KEY, Duration.ofSeconds(15))),
                  List.of()))
          .clock(clock)
          .schedulers(name -> clock.scheduler())
          .build();

  private final Agents agents =
      new Agents(
          name -> {
            threads.add(name);
            return clock.scheduler();
          },
          clock,
          metrics,
          new SplittableRandom(1));

  @BeforeEach
  void listen() throws IOException {
    listener.start();
  }

  @AfterEach
  void end() {
    agents.become(List.of());
    agents.close();
    listener.close();
  }

  /** Agents that end don't wait for a goodbye, which would take real time. */
  private Agent.Builder builder(int group) {
    return Agent.builder(new GroupId(group), KEY, INTERVAL).clock(clock).metrics(metrics);
  }

  private Agents.Plan plan(Object identity, int group, String... addresses) {
    Agent.Builder builder = builder(group).sink(sink);
    for (String address : addresses) {
      builder.addresses(AddressSource.of(IpAddress.parse(address)));
    }
    return new Agents.Plan(identity, new GroupId(group), builder);
  }

  private List<String> members(int group) {
    List<String> members = new ArrayList<>();
    for (IpAddress each : listener.membership().snapshot(new GroupId(group)).addresses()) {
      members.add(each.toString());
    }
    return members;
  }

  @Test
  void runsWhatItIsToldToAndSharesThreads() {
    assertThat(agents.become(List.of(plan("a", 1, "192.0.2.1"), plan("b", 2, "192.0.2.2"))))
        .containsExactly("group 1 added", "group 2 added");
    clock.runDue();

    assertThat(members(1)).containsExactly("192.0.2.1");
    assertThat(members(2)).containsExactly("192.0.2.2");
    assertThat(threads).containsExactly("rgap-agent", "rgap-send 127.0.0.1:1");
    assertThat(metrics.snapshot().value("rgap_agent_addresses", "group", "2")).isEqualTo(1);
  }

  @Test
  void whatIsTheSameIsNotTouched() {
    agents.become(List.of(plan("a", 1, "192.0.2.1"), plan("b", 2, "192.0.2.2")));
    clock.advance(Duration.ofSeconds(7));

    assertThat(agents.become(List.of(plan("a", 1, "192.0.2.9"))))
        .containsExactly("group 2 removed");
    clock.advance(Duration.ofSeconds(30));

    assertThat(members(1)).containsExactly("192.0.2.1");
    assertThat(members(2)).isEmpty();
  }

  @Test
  void oneThatTakesThePlaceOfAnotherKeepsItsMember() {
    agents.become(List.of(plan("a", 1, "192.0.2.1", "192.0.2.2")));
    clock.advance(Duration.ofSeconds(7));

    assertThat(agents.become(List.of(plan("b", 1, "192.0.2.2", "192.0.2.3"))))
        .containsExactly("group 1 changed");
    assertThat(members(1)).containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2");
    clock.advance(Duration.ofMillis(300));

    assertThat(members(1)).containsExactlyInAnyOrder("192.0.2.2", "192.0.2.3");
    assertThat(log.lines())
        .last()
        .isEqualTo("group 1: announcing 192.0.2.2, 192.0.2.3, not 192.0.2.1 any more");
  }

  /** Until its first result is known, the address of the one before stays. */
  @Test
  void aCheckThatIsNewMakesNoGap() {
    agents.become(List.of(plan("a", 1, "192.0.2.1")));
    clock.advance(Duration.ofSeconds(7));
    HealthCheck slow =
        new HealthCheck() {
          @Override
          public void run(Duration timeout) {}

          @Override
          public String label() {
            return "slow";
          }
        };
    Agent.Builder checked =
        builder(1)
            .sink(sink)
            .addresses(AddressSource.of(IpAddress.parse("192.0.2.1")))
            .check(
                new HealthCheckConfig(slow, Duration.ofSeconds(20), INTERVAL, 2, 1, Duration.ZERO));
    agents.become(List.of(new Agents.Plan("b", new GroupId(1), checked)));
    clock.advance(Duration.ofSeconds(19));

    assertThat(agents.reports().getFirst().state()).isEqualTo(AgentState.ANNOUNCING);
    assertThat(members(1)).containsExactly("192.0.2.1");
    clock.advance(Duration.ofSeconds(20));
    assertThat(members(1)).containsExactly("192.0.2.1");
    assertThat(log.lines()).noneMatch(line -> line.contains("any more"));
  }

  @Test
  void drainsAllAndThoseThatCome() {
    agents.become(List.of(plan("a", 1, "192.0.2.1")));
    clock.advance(Duration.ofSeconds(2));
    agents.drain();
    clock.advance(Duration.ofSeconds(1));
    assertThat(members(1)).isEmpty();

    agents.become(List.of(plan("b", 1, "192.0.2.1"), plan("c", 2, "192.0.2.2")));
    clock.advance(Duration.ofSeconds(30));
    assertThat(members(1)).isEmpty();
    assertThat(members(2)).isEmpty();

    agents.undrain();
    clock.runDue();
    assertThat(members(1)).containsExactly("192.0.2.1");
    assertThat(members(2)).containsExactly("192.0.2.2");
  }

  /** Those that begin together are apart soon, and none is late. */
  @Test
  void intervalsAreShorterNowAndThenAndNeverLonger() {
    List<Long> times = new ArrayList<>();
    DatagramSink noting =
        new DatagramSink() {
          @Override
          public void send(byte[] datagram, Duration timeout) {
            times.add(AnnouncementCodec.timestampMicros(datagram));
          }

          @Override
          public String label() {
            return "noting";
          }
        };
    Agent.Builder builder =
        builder(1).sink(noting).addresses(AddressSource.of(IpAddress.parse("192.0.2.1")));
    agents.become(List.of(new Agents.Plan("a", new GroupId(1), builder)));
    clock.advance(Duration.ofMinutes(10));

    Set<Long> pauses = new TreeSet<>();
    for (int i = 1; i < times.size(); i++) {
      pauses.add(times.get(i) - times.get(i - 1));
    }
    assertThat(pauses).allMatch(each -> each >= 4_500_000 && each <= 5_000_000);
    assertThat(pauses).hasSizeGreaterThan(50);
  }

  /** A listener's socket has room for some hundred datagrams. */
  @Test
  void aThousandThatStartTogetherDoNotAnnounceAllAtOnce() {
    List<Long> times = new ArrayList<>();
    DatagramSink noting =
        new DatagramSink() {
          @Override
          public void send(byte[] datagram, Duration timeout) {
            times.add(clock.nanoTime());
          }

          @Override
          public String label() {
            return "noting";
          }
        };
    List<Agents.Plan> plans = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Agent.Builder builder =
          builder(i).sink(noting).addresses(AddressSource.of(IpAddress.parse("192.0.2.1")));
      plans.add(new Agents.Plan(i, new GroupId(i), builder));
    }
    agents.become(plans);
    clock.advance(Duration.ofSeconds(30));

    assertThat(times).hasSizeBetween(6_000, 7_000);
    assertThat(times.stream().filter(at -> at < Duration.ofSeconds(1).toNanos())).hasSize(1_000);
    for (int i = 64; i < times.size(); i++) {
      assertThat(times.get(i)).isGreaterThan(times.get(i - 64));
    }
  }

  /** Notes when something is sent. */
  private DatagramSink noting(List<Long> times) {
    return new DatagramSink() {
      @Override
      public void send(byte[] datagram, Duration timeout) {
        times.add(clock.nanoTime());
      }

      @Override
      public String label() {
        return "noting";
      }
    };
  }

  private Agents.Plan plan(int group, int jitter, List<Long> times) {
    Agent.Builder builder =
        builder(group)
            .jitter(jitter)
            .sink(noting(times))
            .addresses(AddressSource.of(IpAddress.parse("192.0.2.1")));
    return new Agents.Plan(group, new GroupId(group), builder);
  }

  @Test
  void thoseThatAnnounceTogetherStayTogether() {
    List<Long> one = new ArrayList<>();
    List<Long> other = new ArrayList<>();
    agents.become(List.of(plan(1, 10, one), plan(2, 10, other)));
    clock.advance(Duration.ofMinutes(10));

    assertThat(other).isEqualTo(one);
    assertThat(new TreeSet<>(pauses(one))).hasSizeGreaterThan(50);
    assertThat(pauses(one)).allMatch(each -> each >= 4_500_000_000L && each <= 5_000_000_000L);
  }

  @Test
  void intervalsWithoutJitterAreExactBesideOthersWithIt() {
    List<Long> jittered = new ArrayList<>();
    List<Long> exact = new ArrayList<>();
    agents.become(List.of(plan(1, 10, jittered), plan(2, 0, exact)));
    clock.advance(Duration.ofMinutes(10));

    assertThat(exact).hasSize(121);
    assertThat(pauses(exact)).allMatch(each -> each == INTERVAL.toNanos());
    assertThat(new TreeSet<>(pauses(jittered))).hasSizeGreaterThan(50);
  }

  private static List<Long> pauses(List<Long> times) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      pauses.add(times.get(i) - times.get(i - 1));
    }
    return pauses;
  }

  /** Each look asks the scheduler for its clock. */
  @Test
  void thoseWhoseAddressesDoNotChangeAreLeftAloneBetweenAnnouncements() {
    AtomicInteger asked = new AtomicInteger();
    Scheduler plain = clock.scheduler();
    Scheduler counting =
        new Scheduler() {
          @Override
          public HostClock clock() {
            asked.incrementAndGet();
            return plain.clock();
          }

          @Override
          public void execute(Runnable task) {
            plain.execute(task);
          }

          @Override
          public Task at(long deadlineNanos, Runnable task) {
            return plain.at(deadlineNanos, task);
          }

          @Override
          public void close() {
            plain.close();
          }
        };
    try (Agents quiet =
        new Agents(
            name -> name.equals(Agent.THREAD) ? counting : clock.scheduler(),
            clock,
            new Metrics(),
            new SplittableRandom(1))) {
      DatagramSink nowhere = noting(new ArrayList<>());
      List<Agents.Plan> plans = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        Agent.Builder builder =
            builder(i)
                .sink(nowhere)
                .addresses(AddressSource.of(IpAddress.parse("192.0.2.1")))
                .addresses(AddressSource.of(IpAddress.parse("192.0.2.2")));
        plans.add(new Agents.Plan(i, new GroupId(i), builder));
      }
      quiet.become(plans);
      clock.advance(Duration.ofSeconds(1));
      asked.set(0);
      clock.advance(Duration.ofSeconds(3));
      assertThat(asked).hasValueLessThan(50);
      quiet.become(List.of());
    }
  }
}
