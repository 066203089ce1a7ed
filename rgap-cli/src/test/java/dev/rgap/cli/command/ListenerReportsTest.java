package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.process.ServiceManager;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a service manager is told of a listener, with clocks and a network of the test. */
class ListenerReportsTest {

  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:8271");
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final String ALIVE = "WATCHDOG=1";

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final List<String> messages = new ArrayList<>();
  private String remark = "";
  private boolean stalled;
  private Listener listener;

  @BeforeEach
  void startListener() throws Exception {
    GroupConfig ready = GroupConfig.of(new GroupId(1), KEY, Duration.ofMinutes(1));
    listener =
        Listener.builder(
                ListenerConfig.of(
                    List.of(network.configured(HERE)),
                    List.of(ready, waiting(2, 10), waiting(3, 20)),
                    List.of()))
            .clock(clock)
            .schedulers(name -> name.equals("rgap-expiry") ? new Stalling() : clock.scheduler())
            .build();
    listener.start();
  }

  @AfterEach
  void closeListener() {
    listener.close();
  }

  private static GroupConfig waiting(int id, int seconds) {
    return GroupConfig.of(new GroupId(id), KEY, Duration.ofMinutes(1))
        .withReadinessDelay(Duration.ofSeconds(seconds));
  }

  /** Runs nothing that is handed in while it is told to. */
  private final class Stalling implements Scheduler {
    private final Scheduler running = clock.scheduler();

    @Override
    public HostClock clock() {
      return clock;
    }

    @Override
    public void execute(Runnable task) {
      if (!stalled) {
        running.execute(task);
      }
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      return running.at(deadlineNanos, task);
    }

    @Override
    public void close() {
      running.close();
    }
  }

  private void report(Duration watchdog) {
    ListenerReports _ =
        new ListenerReports(
            ServiceManager.at(
                message -> messages.add(new String(message, StandardCharsets.UTF_8)), watchdog),
            listener,
            () -> remark,
            clock.scheduler());
    clock.runDue();
  }

  private void announce(int group, String address) {
    network.send(
        HERE,
        signer.sign(
            new Announcement(new GroupId(group), clock.epochMicros(), IpAddress.parse(address)),
            KEY));
  }

  private List<String> told(Duration during) {
    messages.clear();
    clock.advance(during);
    return List.copyOf(messages);
  }

  @Test
  void theStatusIsToldWhenItChangesAndAtMostOnceASecond() {
    report(Duration.ZERO);
    assertThat(messages).containsExactly("STATUS=1 of 3 groups ready, 0 members");
    announce(1, "192.0.2.1");
    announce(1, "192.0.2.2");
    announce(2, "192.0.2.1");
    assertThat(told(Duration.ofSeconds(9)))
        .containsExactly("STATUS=1 of 3 groups ready, 3 members");
    assertThat(told(Duration.ofSeconds(12)))
        .containsExactly("STATUS=2 of 3 groups ready, 3 members", "STATUS=3 groups, 3 members");
    remark = "the last reload failed, see the log";
    assertThat(told(Duration.ofSeconds(5)))
        .containsExactly("STATUS=3 groups, 3 members; the last reload failed, see the log");
    remark = "";
    listener.removeGroup(new GroupId(3));
    listener.removeGroup(new GroupId(2));
    assertThat(told(Duration.ofSeconds(5))).containsExactly("STATUS=1 group, 2 members");
    assertThat(told(Duration.ofMinutes(1))).containsExactly("STATUS=1 group, 0 members");
  }

  @Test
  void theWatchdogIsFedTwiceInItsTime() {
    clock.advance(Duration.ofSeconds(30));
    report(Duration.ofSeconds(10));
    assertThat(messages).containsExactly(ALIVE, "STATUS=3 groups, 0 members");
    assertThat(told(Duration.ofSeconds(15))).containsExactly(ALIVE, ALIVE, ALIVE);
    // Nothing of it has hung while it was stopped.
    messages.clear();
    clock.stop(Duration.ofMinutes(5));
    assertThat(told(Duration.ofSeconds(9))).contains(ALIVE).containsOnly(ALIVE);
  }

  @Test
  void theWatchdogIsNotFedWhileSomethingHangs() {
    clock.advance(Duration.ofSeconds(30));
    report(Duration.ofSeconds(10));
    stalled = true;
    List<String> during = told(Duration.ofSeconds(30));
    assertThat(during.stream().filter(ALIVE::equals)).hasSizeBetween(1, 2);
    assertThat(during)
        .last()
        .asString()
        .matches("STATUS=3 groups, 0 members; the expiry of members has not got on for \\d+ s");
  }
}
