package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.NoAddressException;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent whose addresses are found while it runs, and what a listener sees of that. */
class AgentAddressesTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");
  private static final IpAddress THREE = IpAddress.parse("192.0.2.3");

  /** Says what the test has it say. */
  private static final class Source implements AddressSource {
    private final String label;
    private final boolean quick;
    List<IpAddress> addresses;
    @Nullable IOException failure;
    int asked;

    Source(String label, boolean quick, IpAddress... addresses) {
      this.label = label;
      this.quick = quick;
      this.addresses = List.of(addresses);
    }

    @Override
    public List<IpAddress> find() throws IOException {
      asked++;
      if (failure != null) {
        throw failure;
      }
      return addresses;
    }

    @Override
    public String label() {
      return label;
    }

    @Override
    public boolean isQuick() {
      return quick;
    }
  }

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.agent");

  private final Listener listener =
      Listener.builder(
              ListenerConfig.of(
                  List.of(network.configured(HERE)),
                  List.of(GroupConfig.of(ID, KEY, Duration.ofSeconds(15))),
                  List.of()))
          .clock(clock)
          .schedulers(name -> clock.scheduler())
          .build();

  private @Nullable Agent running;

  @BeforeEach
  void listen() throws IOException {
    listener.start();
  }

  @AfterEach
  void end() {
    if (running != null) {
      running.leave();
      clock.advance(Duration.ofSeconds(1));
      running.close();
      assertThat(members()).as("after the goodbye").isEmpty();
    }
    listener.close();
  }

  private void start(Source... sources) {
    start(INTERVAL, sources);
  }

  private void start(Duration interval, AddressSource... sources) {
    Agent.Builder builder =
        Agent.builder(ID, KEY, interval).clock(clock).jitter(0).sink(network.sink(HERE));
    for (AddressSource source : sources) {
      builder.addresses(source);
    }
    Agent agent = builder.build();
    running = agent;
    agent.start(name -> clock.scheduler());
    clock.runDue();
  }

  private List<IpAddress> members() {
    return listener.membership().snapshot(ID).addresses();
  }

  @Test
  void anotherAddressIsAnnouncedWithinASecondAndTheOldOneLeaves() {
    Source source = new Source("iface:eth0", true, ONE);
    start(source);
    assertThat(members()).containsExactly(ONE);

    clock.advance(Duration.ofMillis(1_500));
    source.addresses = List.of(TWO);
    clock.advance(Duration.ofSeconds(1));

    assertThat(members()).containsExactly(TWO);
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "group 1000: announcing 192.0.2.1",
            "group 1000: announcing 192.0.2.2, not 192.0.2.1 any more");
  }

  @Test
  void allAddressesOfAllSourcesAreAnnouncedEachOnce() {
    start(new Source("a", true, ONE, TWO), new Source("b", false, TWO, THREE));

    assertThat(members()).containsExactly(ONE, TWO, THREE);
    clock.advance(Duration.ofMinutes(1));
    assertThat(members()).containsExactly(ONE, TWO, THREE);
  }

  @Test
  void anInterfaceThatIsGoneSaysGoodbyeAndComesBack() {
    Source source = new Source("iface:eth0", true, ONE);
    start(source);
    source.failure = new NoAddressException("there is no such interface");
    clock.advance(Duration.ofMinutes(10));
    assertThat(members()).isEmpty();

    source.failure = null;
    clock.advance(Duration.ofSeconds(1));

    assertThat(members()).containsExactly(ONE);
    assertThat(log.lines(Level.WARNING))
        .containsExactly("iface:eth0: there is no such interface; asking again at each interval");
    assertThat(log.lines(Level.INFO))
        .containsExactly(
            "group 1000: announcing 192.0.2.1",
            "group 1000: announcing nothing, not 192.0.2.1 any more",
            "iface:eth0: tells addresses again: [192.0.2.1]",
            "group 1000: announcing 192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatASourceHasSaidServesForAMinuteIfItCantTellAnyMore(boolean quick) {
    Source source = new Source("source", quick, ONE);
    start(source);
    assertThat(members()).containsExactly(ONE);
    int before = source.asked;
    source.failure = new IOException("too many open files");

    clock.advance(Duration.ofSeconds(59));
    assertThat(members()).containsExactly(ONE);
    clock.advance(Duration.ofSeconds(6));
    assertThat(members()).isEmpty();

    assertThat(source.asked - before)
        .as("once an interval, if it is quick once a second, too")
        .isEqualTo(quick ? 13 + 65 : 13);
    assertThat(log.lines(Level.WARNING)).hasSize(1);
  }

  /** What it tells again is what it told before, but that is not announced any more. */
  @Test
  void aQuickSourceThatTellsTheSameAgainIsHeardAtOnce() {
    Source source = new Source("iface:eth0", true, ONE);
    start(Duration.ofSeconds(14), source);
    source.failure = new IOException("too many open files");
    clock.advance(Duration.ofSeconds(85)); // one after the interval's
    assertThat(members()).isEmpty();

    source.failure = null;
    clock.advance(Duration.ofSeconds(1));

    assertThat(members()).containsExactly(ONE);
  }

  /** Between announcements, which are far apart, nobody asks it or looks at it. */
  @Test
  void whatASlowSourceHasSaidEndsWhenItIsTooOld() {
    Source source = new Source("dns:name", false, ONE);
    start(Duration.ofSeconds(50), source);
    source.failure = new IOException("no answer");
    clock.advance(Duration.ofSeconds(60));
    assertThat(log.lines(Level.INFO)).containsExactly("group 1000: announcing 192.0.2.1");

    clock.advance(Duration.ofMillis(1));

    assertThat(log.lines(Level.INFO))
        .last()
        .isEqualTo("group 1000: announcing nothing, not 192.0.2.1 any more");
  }

  @Test
  void addressesThatAreGivenNeverGetTooOld() {
    Source slow = new Source("dns:name", false, THREE);
    start(Duration.ofMinutes(5), AddressSource.of(ONE), AddressSource.of(TWO), slow);
    clock.advance(Duration.ofMinutes(4));

    assertThat(log.lines(Level.INFO))
        .last()
        .isEqualTo("group 1000: announcing 192.0.2.1, 192.0.2.2, not 192.0.2.3 any more");
  }

  @Test
  void anAddressThatFlutters() {
    Source source = new Source("iface:eth0", true, ONE);
    start(source);
    for (int i = 0; i < 20; i++) {
      source.addresses = List.of(i % 2 == 0 ? TWO : ONE);
      clock.advance(Duration.ofSeconds(1));
      assertThat(members()).isEqualTo(source.addresses);
    }
  }

  @Test
  void oneRoundAsksAllSourcesAndSaysWhichFailed() {
    Source broken = new Source("iface:eth9", true);
    broken.failure = new IOException("there is no such interface");
    Agent agent =
        Agent.builder(ID, KEY, Duration.ZERO)
            .clock(clock)
            .sink(network.sink(HERE))
            .addresses(new Source("a", false, ONE))
            .addresses(broken)
            .build();

    assertThat(agent.announceOnce())
        .extracting(IOException::getMessage)
        .containsExactly("iface:eth9: there is no such interface");
    assertThat(members()).containsExactly(ONE);
  }

  /** What hangs may take its time to end. */
  @Test
  void goodbyeDoesNotWaitForASource() {
    AtomicBoolean ended = new AtomicBoolean();
    Scheduler plain = clock.scheduler();
    Scheduler asking =
        new Scheduler() {
          @Override
          public HostClock clock() {
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
            ended.set(true);
          }
        };
    Agent agent =
        Agent.builder(ID, KEY, INTERVAL)
            .clock(clock)
            .sink(network.sink(HERE))
            .addresses(new Source("dns:slow", false, ONE))
            .build();
    agent.start(name -> name.startsWith(Agent.ADDRESS_THREAD) ? asking : clock.scheduler());
    clock.advance(INTERVAL);
    assertThat(members()).containsExactly(ONE);

    agent.leave();
    clock.advance(Duration.ofSeconds(1));

    assertThat(members()).isEmpty();
    assertThat(ended).isFalse();
    agent.close();
    assertThat(ended).isTrue();
  }
}
