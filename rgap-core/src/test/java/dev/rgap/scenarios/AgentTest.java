package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
    volatile boolean ready = true;
    volatile Runnable found = () -> {};
    int prepared;
    volatile Throwable failure = new Exception();

    Sink(String label) {
      this.label = label;
    }

    @Override
    public boolean prepare(Runnable whenFound) {
      prepared++;
      found = whenFound;
      return ready;
    }

    /** The look-up has ended. */
    void find() {
      ready = true;
      found.run();
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
      if (failure instanceof Error error) {
        throw error;
      }
      sent.add(datagram);
    }

    @Override
    public String label() {
      return label;
    }
  }

  private final ManualClock clock = new ManualClock();
  private final Metrics metrics = new Metrics();
  private final Sink one = new Sink("one");
  private final Sink two = new Sink("two");
  private final Sink three = new Sink("three");

  private Agent agent(AgentConfig config, DatagramSink... sinks) {
    return Agent.builder(config)
        .clock(clock)
        .jitter(0)
        .sinks(List.of(sinks))
        .metrics(metrics)
        .build();
  }

  private double sent(String destination) {
    return metrics.snapshot().value("rgap_agent_announcements_total", "destination", destination);
  }

  private double failed(String destination) {
    return metrics.snapshot().value("rgap_agent_send_failures_total", "destination", destination);
  }

  @Test
  void oneAnnouncementGoesToAllDestinations() {
    assertThat(agent(CONFIG, one, two).announceOnce()).isEmpty();

    assertThat(one.sent).hasSize(1);
    assertThat(two.sent).hasSize(1);
    byte[] datagram = one.sent.get(0);
    assertThat(two.sent.get(0)).isEqualTo(datagram);
    assertThat(new AnnouncementSigner().verify(datagram, KEY)).isTrue();
    assertThat(AnnouncementCodec.timestampMicros(datagram)).isEqualTo(clock.epochMicros());
    assertThat(AnnouncementCodec.groupBits(datagram)).isEqualTo(7);
  }

  /** Such as for want of memory. */
  @Test
  void aDestinationWhoseThreadTakesNothingForOnceIsSentToAgainAndHoldsUpNoOther() {
    AtomicBoolean refusing = new AtomicBoolean();
    Scheduler plain = clock.scheduler();
    Scheduler sometimes =
        new Scheduler() {
          @Override
          public HostClock clock() {
            return clock;
          }

          @Override
          public void execute(Runnable task) {
            if (refusing.get()) {
              throw new OutOfMemoryError("as if");
            }
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
    try (LogCapture log = LogCapture.of("dev.rgap.agent", Level.ALL);
        Agent agent = agent(CONFIG, one, two)) {
      agent.start(name -> name.equals("rgap-send one") ? sometimes : clock.scheduler());
      clock.runDue();
      refusing.set(true);
      clock.advance(Duration.ofSeconds(10));
      refusing.set(false);
      clock.advance(Duration.ofSeconds(5));

      assertThat(one.sent).hasSize(2);
      assertThat(two.sent).hasSize(4);
      assertThat(failed("one")).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly(
              "can't send to one: java.lang.OutOfMemoryError: as if; trying again at each interval",
              "one: sending again, after 2 failures");
    }
  }

  @Test
  void everyFailureIsReportedAndAllAreTried() {
    one.failure = new IOException("no route");
    three.failure = new IllegalStateException("odd");

    assertThat(agent(CONFIG, one, two, three).announceOnce())
        .extracting(Throwable::getMessage)
        .containsExactly("no route", "can't send to three: java.lang.IllegalStateException: odd");
    assertThat(two.sent).hasSize(1);
    assertThat(agent(CONFIG, three).announceOnce()).hasSize(1);
    assertThat(agent(CONFIG).announceOnce()).isEmpty();
  }

  @Test
  void announcesAtOnceAndAtEachIntervalWithTheTimeOfEach() {
    try (Agent agent = agent(CONFIG, one)) {
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
        Agent agent = agent(CONFIG, one, two)) {
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
      assertThat(failed("one")).isEqualTo(5);
      assertThat(sent("one")).isEqualTo(1);
      assertThat(sent("two")).isEqualTo(6);
      assertThat(failed("two")).isZero();
    }
  }

  @Test
  void whatASinkThrowsUncheckedIsAFailureLikeAnyOther() {
    try (LogCapture log = LogCapture.of("dev.rgap");
        Agent agent = agent(CONFIG, one, two)) {
      one.failure = new UnsupportedAddressTypeException();
      two.failure = new NoClassDefFoundError("missing");
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(12));
      one.failure = new Exception();
      two.failure = new Exception();
      clock.advance(Duration.ofSeconds(5));

      assertThat(log.lines())
          .containsExactly(
              "can't send to one: java.nio.channels.UnsupportedAddressTypeException; trying again"
                  + " at each interval",
              "can't send to two: java.lang.NoClassDefFoundError: missing; trying again at each"
                  + " interval",
              "one: sending again, after 3 failures",
              "two: sending again, after 3 failures");
      assertThat(failed("one")).isEqualTo(3);
      assertThat(sent("one")).isEqualTo(1);
    }
  }

  @Test
  void announcesOnceByTheSignerAndTheClockThatItIsGiven() {
    Agent.builder(CONFIG)
        .clock(clock)
        .signer(AnnouncementSigner.quickStart())
        .sink(one)
        .build()
        .announceOnce();
    agent(CONFIG, two).announceOnce();

    assertThat(one.sent.get(0)).isEqualTo(two.sent.get(0));
  }

  @Test
  void signsEachAnnouncementWithTheKeyOfThatMoment() {
    PreSharedKey other = PreSharedKey.parseHex("cd".repeat(32));
    AtomicReference<PreSharedKey> key = new AtomicReference<>(other);
    AnnouncementSigner verifier = new AnnouncementSigner();
    try (Agent agent =
        Agent.builder(CONFIG).clock(clock).jitter(0).key(key::get).sink(one).build()) {
      agent.start(name -> clock.scheduler());
      clock.runDue();
      key.set(KEY);
      clock.advance(CONFIG.interval());
    }

    assertThat(one.sent).hasSize(2);
    assertThat(verifier.verify(one.sent.get(0), other)).isTrue();
    assertThat(verifier.verify(one.sent.get(1), KEY)).isTrue();
  }

  private long age(byte[] datagram) {
    return clock.epochMicros() - AnnouncementCodec.timestampMicros(datagram);
  }

  @Test
  void aDestinationThatIsLookedUpForAsLongAsTheIntervalIsAnnouncedToAsSoonAsItIsFound() {
    try (LogCapture log = LogCapture.of("dev.rgap.agent");
        Agent agent = agent(CONFIG, one, two)) {
      one.ready = false;
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofMillis(4_999));
      one.find();
      clock.runDue();

      assertThat(one.sent).hasSize(1);
      assertThat(age(one.sent.get(0))).as("made when it was found").isZero();
      assertThat(two.sent).as("not held up").hasSize(1);
      assertThat(log.lines()).isEmpty();
      clock.advance(Duration.ofSeconds(5));
      assertThat(one.sent).hasSize(2);
    }
  }

  @Test
  void aLookUpThatTakesLongerIsSaidOnceAndEachIntervalIsCounted() {
    try (LogCapture log = LogCapture.of("dev.rgap.agent");
        Agent agent = agent(CONFIG, one, two)) {
      one.ready = false;
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(17));
      assertThat(log.lines())
          .containsExactly(
              "can't send to one: looking it up takes longer than the interval; trying again at"
                  + " each interval");
      assertThat(failed("one")).isEqualTo(3);
      one.find();
      clock.runDue();

      assertThat(one.sent).hasSize(1);
      assertThat(age(one.sent.get(0))).isZero();
      assertThat(log.lines(Level.INFO)).containsExactly("one: sending again, after 3 failures");
      assertThat(two.sent).hasSize(4);
    }
  }

  @Test
  void whatIsFoundLaterIsAnnouncedToAtOnce() {
    try (Agent agent = agent(CONFIG, one)) {
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(1));
      one.find();
      clock.runDue();

      assertThat(one.sent).hasSize(2);
      assertThat(age(one.sent.get(1))).isZero();
      assertThat(one.prepared).isEqualTo(1);
    }
    one.find();
    clock.runDue();
    assertThat(one.sent).as("after the end").hasSize(2);
  }

  @Test
  void aLookUpThatFailsIsAFailureLikeAnyOther() {
    try (LogCapture log = LogCapture.of("dev.rgap.agent");
        Agent agent = agent(CONFIG, one)) {
      one.ready = false;
      one.failure = new IOException("can't send to one: unknown");
      agent.start(name -> clock.scheduler());
      clock.runDue();
      one.found.run();
      clock.advance(Duration.ofSeconds(5));
      one.found.run();
      clock.advance(Duration.ofSeconds(5));

      assertThat(failed("one")).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly("can't send to one: unknown; trying again at each interval");
    }
  }

  @Test
  void announcingOnceWaitsForTheLookUpAndSignsAfterIt() throws InterruptedException {
    one.ready = false;
    Agent agent = agent(CONFIG, one, two);
    CountDownLatch heard = new CountDownLatch(1);
    Thread resolver =
        new Thread(() -> {
          while (two.sent.isEmpty()) {
            Thread.onSpinWait();
          }
          clock.advance(Duration.ofSeconds(5));
          one.find();
          heard.countDown();
        });
    resolver.start();

    assertThat(agent.announceOnce()).isEmpty();
    heard.await();
    assertThat(one.sent).hasSize(1);
    assertThat(age(one.sent.get(0))).isZero();
    assertThat(age(two.sent.get(0))).isEqualTo(5_000_000);
  }

  @Test
  void announcingOnceDoesNotWaitForEver() {
    one.ready = false;
    Agent agent =
        Agent.builder(CONFIG).clock(clock).sink(one).sink(two).patience(Duration.ZERO).build();

    assertThat(agent.announceOnce())
        .extracting(Throwable::getMessage)
        .containsExactly("can't send to one: looking it up takes longer than 0s");
    assertThat(two.sent).hasSize(1);
  }

  @Test
  void anIntervalIsNeededToStart() {
    AgentConfig once =
        new AgentConfig(CONFIG.group(), CONFIG.address(), CONFIG.key(), Duration.ZERO);
    try (Agent agent = agent(once, one)) {
      assertThatThrownBy(() -> agent.start(name -> clock.scheduler()))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
