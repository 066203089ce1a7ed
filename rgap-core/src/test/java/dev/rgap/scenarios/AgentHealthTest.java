package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.agent.AgentState;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.metrics.Metrics;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent that announces while its checks pass, and what a listener sees of that. */
class AgentHealthTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.1");
  private static final AgentConfig CONFIG =
      new AgentConfig(ID, ADDRESS, KEY, Duration.ofSeconds(5));

  /** Passes, fails, or says nothing, as the test has it. */
  private static final class Check implements HealthCheck {
    private final String label;
    @Nullable String problem;
    int runs;

    Check(String label) {
      this.label = label;
    }

    @Override
    public void run(Duration timeout) throws IOException {
      runs++;
      if (problem != null) {
        throw new IOException(problem);
      }
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** Runs nothing while it hangs. */
  private final class HangingScheduler implements Scheduler {
    private final Scheduler plain = clock.scheduler();
    private final List<Runnable> kept = new ArrayList<>();
    boolean hanging;

    @Override
    public HostClock clock() {
      return clock;
    }

    @Override
    public void execute(Runnable task) {
      if (hanging) {
        kept.add(task);
      } else {
        plain.execute(task);
      }
    }

    void goOn() {
      hanging = false;
      kept.forEach(plain::execute);
      kept.clear();
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      return plain.at(deadlineNanos, task);
    }

    @Override
    public void close() {
      plain.close();
    }
  }

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final Metrics metrics = new Metrics();
  private final HangingScheduler checking = new HangingScheduler();
  private final Check check = new Check("tcp 127.0.0.1:80");
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
    assertThat(clock.pendingTasks()).as("the listener's alone").isLessThan(10);
    listener.close();
  }

  private static HealthCheckConfig config(HealthCheck check, int rise, int fall, Duration start) {
    return new HealthCheckConfig(
        check, Duration.ofSeconds(2), Duration.ofSeconds(1), rise, fall, start);
  }

  private Agent start(HealthCheckConfig... checks) {
    Agent.Builder builder =
        Agent.builder(CONFIG).clock(clock).jitter(0).metrics(metrics).sink(network.sink(HERE));
    for (HealthCheckConfig each : checks) {
      builder.check(each);
    }
    Agent agent = builder.build();
    running = agent;
    agent.start(name -> name.startsWith(Agent.CHECK_THREAD) ? checking : clock.scheduler());
    clock.runDue();
    return agent;
  }

  private List<IpAddress> members() {
    return listener.membership().snapshot(ID).addresses();
  }

  @Test
  void isAnnouncedWhenItHasPassedAsOftenAsItHasTo() {
    Agent agent = start(config(check, 3, 1, Duration.ZERO));
    assertThat(members()).isEmpty();
    assertThat(agent.report().state()).isEqualTo(AgentState.STARTING);

    clock.advance(Duration.ofMillis(3_999));
    assertThat(members()).isEmpty();
    clock.advance(Duration.ofMillis(1));

    assertThat(members()).as("at once, not at the next interval").containsExactly(ADDRESS);
    assertThat(check.runs).isEqualTo(3);
    assertThat(agent.report().state()).isEqualTo(AgentState.ANNOUNCING);
    assertThat(log.lines())
        .containsExactly(
            "group 1000: tcp 127.0.0.1:80: passing", "group 1000: announcing 192.0.2.1");
  }

  @Test
  void leavesWhenItHasFailedAsOftenAsItMayAndComesBack() {
    Agent agent = start(config(check, 2, 3, Duration.ZERO));
    clock.advance(Duration.ofSeconds(3));
    assertThat(members()).containsExactly(ADDRESS);

    check.problem = "connection refused";
    clock.advance(Duration.ofSeconds(4));
    assertThat(members()).as("failed twice").containsExactly(ADDRESS);
    clock.advance(Duration.ofSeconds(2));
    assertThat(members()).as("failed three times").isEmpty();
    AgentReport report = agent.report();
    assertThat(report.state()).isEqualTo(AgentState.UNHEALTHY);
    assertThat(report.checks())
        .singleElement()
        .satisfies(each -> {
          assertThat(each.state()).isEqualTo(CheckState.FAILING);
          assertThat(each.problem()).contains("connection refused");
        });
    clock.advance(Duration.ofMinutes(1));
    assertThat(members()).isEmpty();

    check.problem = null;
    clock.advance(Duration.ofSeconds(2));
    assertThat(members()).as("passed once").isEmpty();
    clock.advance(Duration.ofSeconds(2));
    assertThat(members()).containsExactly(ADDRESS);
    assertThat(log.lines())
        .containsExactly(
            "group 1000: tcp 127.0.0.1:80: passing",
            "group 1000: announcing 192.0.2.1",
            "group 1000: tcp 127.0.0.1:80: failing: connection refused",
            "group 1000: announcing nothing, as a check fails (tcp 127.0.0.1:80), not 192.0.2.1"
                + " any more",
            "group 1000: tcp 127.0.0.1:80: passing",
            "group 1000: announcing 192.0.2.1");
    assertThat(changes("passing")).isEqualTo(2);
    assertThat(changes("failing")).isEqualTo(1);
  }

  private double changes(String to) {
    return metrics
        .snapshot()
        .value(
            "rgap_agent_check_changes_total",
            "group",
            "1000",
            "check",
            "tcp 127.0.0.1:80",
            "to",
            to);
  }

  @Test
  void aFailureInBetweenBeginsTheCountAnew() {
    start(config(check, 1, 3, Duration.ZERO));
    clock.runDue();
    for (int i = 0; i < 20; i++) {
      check.problem = i % 3 == 0 ? null : "slow";
      clock.advance(Duration.ofSeconds(2));
      assertThat(members()).containsExactly(ADDRESS);
    }
  }

  @Test
  void allHaveToPass() {
    Check other = new Check("file /run/drain");
    start(config(check, 1, 1, Duration.ZERO), config(other, 1, 1, Duration.ZERO));
    clock.runDue();
    assertThat(members()).containsExactly(ADDRESS);

    other.problem = "is there";
    clock.advance(Duration.ofSeconds(2));

    assertThat(members()).isEmpty();
    assertThat(failing("tcp 127.0.0.1:80")).isZero();
    assertThat(failing("file /run/drain")).isEqualTo(1);
  }

  private double failing(String label) {
    return metrics.snapshot().value("rgap_agent_checks_failing", "group", "1000", "check", label);
  }

  @Test
  void nothingIsSaidOfWhatFailsInTheStartPeriod() {
    check.problem = "connection refused";
    start(config(check, 1, 1, Duration.ofSeconds(30)));
    clock.advance(Duration.ofSeconds(29));
    assertThat(log.lines()).isEmpty();
    assertThat(members()).isEmpty();

    clock.advance(Duration.ofSeconds(2));
    assertThat(log.lines(Level.WARNING))
        .containsExactly("group 1000: tcp 127.0.0.1:80: failing: connection refused");
  }

  @Test
  void oneThatHangsFailsAtEachIntervalAndDelaysNothing() {
    Check other = new Check("other");
    Agent agent = start(config(check, 1, 3, Duration.ZERO));
    clock.runDue();
    assertThat(members()).containsExactly(ADDRESS);

    checking.hanging = true;
    clock.advance(Duration.ofSeconds(5)); // asked at 2 s, late at 3.1 s, still at 4 s
    assertThat(members()).containsExactly(ADDRESS);
    assertThat(agent.report().checks().getFirst().problem()).contains("still has no answer");
    clock.advance(Duration.ofSeconds(1));
    assertThat(members()).isEmpty();
    assertThat(check.runs).as("not asked again meanwhile").isEqualTo(1);

    checking.goOn();
    clock.advance(Duration.ofSeconds(2));
    assertThat(members()).containsExactly(ADDRESS);
    assertThat(other.runs).isZero();
  }

  @Test
  void drainsAndComesBack() {
    Agent agent = start();
    assertThat(members()).containsExactly(ADDRESS);

    agent.drain();
    clock.advance(Duration.ofSeconds(1));
    assertThat(members()).isEmpty();
    assertThat(agent.report().state()).isEqualTo(AgentState.DRAINED);
    clock.advance(Duration.ofMinutes(1));
    assertThat(members()).isEmpty();

    agent.undrain();
    clock.runDue();
    assertThat(members()).containsExactly(ADDRESS);
  }

  @Test
  void announcesThatItDrainsForAWhileBeforeItLeaves() {
    Agent agent =
        Agent.builder(CONFIG)
            .clock(clock)
            .jitter(0)
            .drainFor(Duration.ofSeconds(30))
            .sink(network.sink(HERE))
            .build();
    running = agent;
    agent.start(name -> clock.scheduler());
    clock.runDue();

    agent.drain();
    clock.advance(Duration.ofMillis(29_900));
    assertThat(members()).as("still there").containsExactly(ADDRESS);
    assertThat(agent.report().state()).isEqualTo(AgentState.DRAINING);
    clock.advance(Duration.ofMillis(200));
    assertThat(members()).isEmpty();
    assertThat(agent.report().state()).isEqualTo(AgentState.DRAINED);
  }

  @Test
  void whenTheClockIsSetOrTheHostHasSleptItAnnouncesAtOnce() {
    Agent agent =
        Agent.builder(new AgentConfig(ID, ADDRESS, KEY, Duration.ofHours(1)))
            .clock(clock)
            .sink(network.sink(HERE))
            .build();
    running = agent;
    agent.start(name -> clock.scheduler());
    clock.advance(Duration.ofSeconds(2));
    assertThat(members()).containsExactly(ADDRESS);

    clock.suspend(Duration.ofMinutes(10));
    clock.advance(Duration.ofSeconds(2));

    assertThat(members()).as("its announcement was over").containsExactly(ADDRESS);
    assertThat(log.lines())
        .containsExactly(
            "the clock has been set forwards by 10m, or the host has slept; announcing at once");
  }
}
