package dev.rgap.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every output keeps to, whatever it hands the membership on to. The test class of an output
 * extends this, and so inherits the tests; it finds here a membership to play with as well.
 *
 * <p>There are two groups: {@link #READY}, and {@link #LATE}, which becomes ready after {@link
 * #READINESS_DELAY}. Members live for {@link #EXPIRE} after they were announced.
 */
public abstract class OutputContract {

  /** A group that is ready from the start. */
  protected static final GroupId READY = new GroupId(1);

  /** A group that becomes ready later. */
  protected static final GroupId LATE = new GroupId(2);

  /** A group that is not configured, and so ready and empty. */
  protected static final GroupId UNKNOWN = new GroupId(99);

  /** How long a member lives. */
  protected static final Duration EXPIRE = Duration.ofSeconds(30);

  /** When {@link #LATE} becomes ready. */
  protected static final Duration READINESS_DELAY = Duration.ofMinutes(1);

  private static final String NAME = "tested";
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));

  /** The clock that everything here goes by. */
  protected final ManualClock clock = new ManualClock();

  private final LiveMembership live =
      new LiveMembership(
          List.of(
              GroupConfig.of(READY, KEY, EXPIRE),
              GroupConfig.of(LATE, KEY, EXPIRE).withReadinessDelay(READINESS_DELAY)),
          clock.scheduler());

  /** Who is a member. */
  protected final Membership membership = live;

  private final Scheduler scheduler = clock.scheduler();

  /** What an output counts. */
  protected final Metrics metrics = new Metrics();

  /** What an output is given here. */
  protected final OutputContext context =
      OutputContext.of(new OutputId(NAME), membership, scheduler, metrics.scope("output", NAME));

  /** For the classes of the outputs. */
  protected OutputContract() {}

  /**
   * Makes an output of the kind under test that has to do with both groups. It can be started, and
   * does its work, on any machine.
   */
  protected abstract Output create(OutputContext context) throws IOException;

  /**
   * Makes one that has to do with {@link #READY} and whose work fails all the time, if the kind can
   * fail: it publishes to somewhere that is not there.
   */
  protected Optional<Output> createFailing(OutputContext given) throws IOException {
    return Optional.empty();
  }

  /** Announces an address; it is a member now. */
  protected final void announce(GroupId group, String address) {
    announce(group, IpAddress.parse(address));
  }

  /** Announces an address; it is a member now. */
  protected final void announce(GroupId group, IpAddress address) {
    long now = clock.epochMicros();
    requireNonNull(live.find(group.bits())).accept(Datagrams.unsigned(group, address, now), now);
  }

  /** Has an address say that it drains; it is a member that is marked now. */
  protected final void drain(GroupId group, String address) {
    long now = clock.epochMicros();
    byte[] datagram =
        new AnnouncementSigner()
            .sign(
                new Announcement(group, now, IpAddress.parse(address)),
                AnnouncedState.DRAINING,
                KEY);
    requireNonNull(live.find(group.bits())).accept(datagram, now);
  }

  /**
   * What the output has counted.
   *
   * @param labels names and values in turn, but for the output's own label
   */
  protected final double number(String name, String... labels) {
    String[] all = Arrays.copyOf(labels, labels.length + 2);
    all[labels.length] = "output";
    all[labels.length + 1] = NAME;
    return metrics.snapshot().value(name, all);
  }

  /** Lets time pass, and the output do what it does meanwhile. */
  protected final void advance(Duration by) {
    clock.advance(by);
  }

  @AfterEach
  void end() {
    scheduler.close();
    live.close();
  }

  @Test
  void startsAndCloses() throws IOException {
    Output output = create(context);
    output.start();
    clock.runDue();
    output.close();
    clock.runDue();
  }

  @Test
  void canBeClosedWithoutAStart() throws IOException {
    Output output = create(context);
    output.close();
    clock.runDue();
  }

  @Test
  void closingTwiceIsHarmless() throws IOException {
    Output output = create(context);
    output.start();
    advance(Duration.ofSeconds(1));
    output.close();
    assertThatCode(output::close).doesNotThrowAnyException();
  }

  @Test
  void copesWithGroupsThatAreNotReady() throws IOException {
    try (Output output = create(context)) {
      output.start();
      announce(LATE, "192.0.2.1");
      announce(LATE, "2001:db8::1");
      advance(Duration.ofSeconds(10));
      assertThat(membership.snapshot(LATE).ready()).isFalse();
      advance(READINESS_DELAY);
      assertThat(membership.snapshot(LATE).ready()).isTrue();
      announce(LATE, "192.0.2.2");
      advance(EXPIRE.multipliedBy(2));
      assertThat(membership.snapshot(LATE).addresses()).isEmpty();
    }
  }

  @Test
  void copesWithManyEvents() throws IOException {
    try (Output output = create(context)) {
      output.start();
      for (int i = 0; i < 2_000; i++) {
        announce(i % 3 == 0 ? LATE : READY, IpAddress.ofIpv4(i));
        if (i % 10 == 0) {
          advance(Duration.ofMillis(100));
        }
      }
      advance(EXPIRE.multipliedBy(2));
      assertThat(membership.snapshot(READY).addresses()).isEmpty();
    }
  }

  /** More events at once than are kept for a subscriber: it gets the current state instead. */
  @Test
  void copesWithEventsThatWereDropped() throws IOException {
    try (Output output = create(context)) {
      output.start();
      clock.runDue();
      for (int i = 0; i <= Membership.MAX_PENDING_EVENTS; i++) {
        announce(READY, IpAddress.ofIpv4(i));
      }
      clock.runDue();
      advance(EXPIRE);
      assertThat(membership.snapshot(READY).addresses()).isEmpty();
    }
  }

  /**
   * Says so, but not each time, shows it as a number, and goes on trying at a rate that nobody
   * notices.
   */
  @Test
  void goesOnQuietlyWhileItsWorkFails() throws IOException {
    Optional<Output> failing = createFailing(context);
    if (failing.isEmpty()) {
      return;
    }
    try (Output output = failing.get();
        LogCapture log = LogCapture.of("dev.rgap.outputs", System.Logger.Level.WARNING)) {
      output.start();
      for (int i = 0; i < 100; i++) {
        announce(READY, IpAddress.ofIpv4(i));
        advance(Duration.ofSeconds(10));
      }
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst()).startsWith(context.name() + ": ");
      assertThat(number("rgap_output_failing")).isEqualTo(1);
      assertThat(clock.pendingTasks()).isLessThan(20);
    }
  }

  @Test
  void isNotHarmedByASubscriberThatThrows() throws IOException {
    try (LogCapture log = LogCapture.of("dev.rgap.membership");
        Output output = create(context)) {
      membership.subscribe(
          Set.of(READY),
          clock.scheduler(),
          event -> {
            throw new IllegalStateException("another output is broken");
          });
      output.start();
      announce(READY, "192.0.2.1");
      advance(EXPIRE);
      assertThat(log.thrown()).hasSize(1); // of the state, a join and a leave
    }
  }

  @Test
  void survivesBeingClosedWhileEventsWait() throws IOException {
    Output output = create(context);
    output.start();
    for (int i = 0; i < 1_000; i++) {
      announce(READY, IpAddress.ofIpv4(i));
    }
    output.close();
    announce(READY, "192.0.2.1");
    advance(READINESS_DELAY.multipliedBy(2));
  }

  /** An output that is taken out of a running listener must not go on in the background. */
  @Test
  void leavesNothingBehind() throws IOException {
    advance(READINESS_DELAY);
    int before = clock.pendingTasks();
    Output output = create(context);
    output.start();
    advance(Duration.ofSeconds(1));
    output.close();
    clock.runDue();
    assertThat(clock.pendingTasks()).as("tasks that wait").isEqualTo(before);

    announce(READY, "192.0.2.1"); // asks for two: to let it leave, and to notice a pause
    assertThat(clock.pendingTasks()).as("tasks that wait after a join").isEqualTo(before + 2);
  }

  @Test
  void canBeMadeAgainAfterAnotherWasClosed() throws IOException {
    for (int i = 0; i < 3; i++) {
      Output output = create(context);
      output.start();
      announce(READY, IpAddress.ofIpv4(i));
      advance(Duration.ofSeconds(1));
      output.close();
    }
  }
}
