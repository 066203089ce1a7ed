package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AgentTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final AgentConfig CONFIG =
      new AgentConfig(new GroupId(7), IpAddress.parse("192.0.2.1"), KEY, Duration.ofSeconds(5));

  /** Keeps what is sent, and fails while it is told to. */
  private static final class Sink implements DatagramSink {
    final List<byte[]> sent = new CopyOnWriteArrayList<>();
    final List<Duration> timeouts = new CopyOnWriteArrayList<>();
    final String label;
    volatile Exception failure = new Exception();

    Sink(String label) {
      this.label = label;
    }

    @Override
    public void send(byte[] datagram, Duration timeout) throws IOException {
      timeouts.add(timeout);
      if (failure instanceof IOException checked) {
        throw checked;
      }
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      sent.add(datagram);
    }

    @Override
    public String label() {
      return label;
    }
  }

  private final ManualClock clock = new ManualClock();
  private final Sink one = new Sink("one");
  private final Sink two = new Sink("two");
  private final Sink three = new Sink("three");

  @Test
  void oneAnnouncementGoesToAllDestinations() {
    assertThat(new Agent(CONFIG, clock, List.of(one, two)).announceOnce()).isEmpty();

    assertThat(one.sent).hasSize(1);
    assertThat(two.sent).hasSize(1);
    byte[] datagram = one.sent.get(0);
    assertThat(two.sent.get(0)).isEqualTo(datagram);
    assertThat(new AnnouncementSigner().verify(datagram, KEY)).isTrue();
    assertThat(AnnouncementCodec.timestampMicros(datagram)).isEqualTo(clock.epochMicros());
    assertThat(AnnouncementCodec.groupBits(datagram)).isEqualTo(7);
  }

  @Test
  void everyFailureIsReportedAndAllAreTried() {
    one.failure = new IOException("no route");
    three.failure = new IllegalStateException("odd");

    assertThat(new Agent(CONFIG, clock, List.of(one, two, three)).announceOnce())
        .extracting(Throwable::getMessage)
        .containsExactly("no route", "can't send to three: java.lang.IllegalStateException: odd");
    assertThat(two.sent).hasSize(1);
    assertThat(new Agent(CONFIG, clock, List.of(three)).announceOnce()).hasSize(1);
    assertThat(new Agent(CONFIG, clock, List.of()).announceOnce()).isEmpty();
  }

  @Test
  void announcesAtOnceAndAtEachIntervalWithTheTimeOfEach() {
    try (Agent agent = new Agent(CONFIG, clock, List.of(one))) {
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(12));

      assertThat(one.sent).hasSize(3);
      assertThat(AnnouncementCodec.timestampMicros(one.sent.get(2)))
          .isEqualTo(AnnouncementCodec.timestampMicros(one.sent.get(0)) + 10_000_000);
      assertThat(one.timeouts).containsOnly(CONFIG.interval());
    }
    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofMinutes(1));
    assertThat(one.sent).hasSize(3);
  }

  @Test
  void aFailureIsLoggedOnceAndEndsNothing() {
    try (LogCapture log = LogCapture.of("dev.rgap.agent");
        Agent agent = new Agent(CONFIG, clock, List.of(one, two))) {
      one.failure = new IOException("can't send to one: no route");
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(22));
      one.failure = new Exception();
      clock.advance(Duration.ofSeconds(5));

      assertThat(two.sent).hasSize(6);
      assertThat(one.sent).hasSize(1);
      assertThat(log.lines(Level.WARNING))
          .containsExactly("can't send to one: no route; trying again at each interval");
      assertThat(log.lines(Level.INFO)).containsExactly("one: sending again, after 5 failures");
    }
  }

  @Test
  void anIntervalIsNeededToStart() {
    AgentConfig once =
        new AgentConfig(CONFIG.group(), CONFIG.address(), CONFIG.key(), Duration.ZERO);
    try (Agent agent = new Agent(once, clock, List.of(one))) {
      assertThatThrownBy(() -> agent.start(name -> clock.scheduler()))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
