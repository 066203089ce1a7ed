package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejection;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who says goodbye is gone at once, and does not come back by what was said before. */
@Timeout(60)
class FarewellTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");
  private static final GroupConfig GROUP = GroupConfig.of(ID, KEY, EXPIRE);

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final List<Left> left = new ArrayList<>();
  private @Nullable Listener running;

  private Listener start(ListenerConfig config) throws IOException {
    Listener listener =
        Listener.builder(config).clock(clock).schedulers(name -> clock.scheduler()).build();
    running = listener;
    listener.membership().subscribe(Set.of(ID), clock.scheduler(), this::note);
    listener.start();
    clock.runDue();
    return listener;
  }

  private Listener start(GroupConfig group) throws IOException {
    return start(ListenerConfig.of(List.of(network.configured(HERE)), List.of(group), List.of()));
  }

  private void note(MembershipEvent event) {
    if (event instanceof Left leaving) {
      left.add(leaving);
    }
  }

  @AfterEach
  void end() {
    if (running != null) {
      running.close();
    }
  }

  private Announcement now(IpAddress address) {
    clock.advance(Duration.ofMillis(1));
    return new Announcement(ID, clock.epochMicros(), address);
  }

  private byte[] announce(IpAddress address) {
    return send(signer.sign(now(address), KEY));
  }

  private byte[] say(IpAddress address, AnnouncedState state) {
    return send(signer.sign(now(address), state, KEY));
  }

  private byte[] send(byte[] datagram) {
    network.send(HERE, datagram);
    clock.runDue();
    return datagram;
  }

  private static List<IpAddress> members(Listener listener) {
    return listener.membership().snapshot(ID).addresses();
  }

  @Test
  void whoSaysGoodbyeIsGoneAtOnce() throws IOException {
    Listener listener = start(GROUP);
    announce(ONE);
    announce(TWO);

    say(ONE, AnnouncedState.LEAVING);

    assertThat(members(listener)).containsExactly(TWO);
    assertThat(left).hasSize(1);
    assertThat(left.getFirst().address()).isEqualTo(ONE);
    assertThat(left.getFirst().cause()).isEqualTo(Left.Cause.FAREWELL);
    assertThat(listener.stats().farewells()).isEqualTo(1);
    assertThat(listener.stats().accepted()).isEqualTo(2);
  }

  @Test
  void nothingThatWasSaidBeforeBringsItBack() throws IOException {
    Listener listener = start(GROUP);
    byte[] before = announce(ONE);
    byte[] overtaken = signer.sign(now(ONE), KEY);
    byte[] goodbye = say(ONE, AnnouncedState.LEAVING);

    for (int i = 0; i < 59; i++) {
      send(before);
      send(overtaken);
      send(goodbye);
      assertThat(members(listener)).isEmpty();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(left).hasSize(1);
    announce(ONE);
    assertThat(members(listener)).containsExactly(ONE);
  }

  @Test
  void aGoodbyeThatOvertakesTheFirstAnnouncementKeepsItOut() throws IOException {
    Listener listener = start(GROUP);
    byte[] overtaken = signer.sign(now(ONE), KEY);
    say(ONE, AnnouncedState.LEAVING);

    send(overtaken);

    assertThat(members(listener)).isEmpty();
    assertThat(left).isEmpty();
  }

  @Test
  void aGoodbyeThatIsOlderThanTheLastAnnouncementChangesNothing() throws IOException {
    Listener listener = start(GROUP);
    announce(ONE);
    byte[] late = signer.sign(now(ONE), AnnouncedState.LEAVING, KEY);
    announce(ONE);

    send(late);

    assertThat(members(listener)).containsExactly(ONE);
    assertThat(listener.stats().rejected(Rejection.REPLAY)).isEqualTo(1);
  }

  @Test
  void othersWhoseClocksAreBehindAreNotKeptOut() throws IOException {
    Listener listener = start(GROUP);
    announce(ONE);
    byte[] behind = signer.sign(now(TWO), KEY);
    say(ONE, AnnouncedState.LEAVING);

    send(behind);

    assertThat(members(listener)).containsExactly(TWO);
  }

  @Test
  void whoComesBackStays() throws IOException {
    Listener listener = start(GROUP);
    for (int i = 0; i < 5; i++) {
      announce(ONE);
      say(ONE, AnnouncedState.LEAVING);
    }
    announce(ONE);
    clock.advance(EXPIRE.minusSeconds(1));
    assertThat(members(listener)).containsExactly(ONE);

    clock.advance(Duration.ofSeconds(1));
    assertThat(members(listener)).isEmpty();
    assertThat(left).hasSize(6);
    assertThat(left.getLast().cause()).isEqualTo(Left.Cause.EXPIRED);
  }

  @Test
  void drainingAndUpAreAnnouncements() throws IOException {
    Listener listener = start(GROUP);
    say(ONE, AnnouncedState.UP);
    say(TWO, AnnouncedState.DRAINING);

    assertThat(members(listener)).containsExactly(ONE, TWO);
  }

  @Test
  void aGroupNeedNotHeedGoodbyes() throws IOException {
    Listener listener = start(GROUP.withFarewells(false));
    announce(ONE);
    say(ONE, AnnouncedState.LEAVING);

    assertThat(members(listener)).containsExactly(ONE);
    assertThat(listener.stats().rejected(Rejection.UNSUPPORTED)).isEqualTo(1);
  }

  @Test
  void neitherGuardNorDampingHasAnythingAgainstIt() throws IOException {
    Listener listener =
        start(
            GROUP
                .withGuard(new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(5)))
                .withDamping(new Damping(2, Duration.ofSeconds(10))));
    for (IpAddress address : List.of(ONE, TWO, ONE, TWO)) {
      announce(address);
    }
    assertThat(members(listener)).containsExactly(ONE, TWO);

    say(ONE, AnnouncedState.LEAVING);
    say(TWO, AnnouncedState.LEAVING);
    assertThat(members(listener)).isEmpty();

    announce(ONE);
    assertThat(members(listener)).as("who was a member just now").containsExactly(ONE);
  }

  @Test
  void whoIsHeldByTheGuardCanSayGoodbye() throws IOException {
    Listener listener =
        start(GROUP.withGuard(new Guard(1, 50, Duration.ofSeconds(10), Duration.ofMinutes(5))));
    announce(ONE);
    announce(TWO);
    clock.advance(EXPIRE.plusSeconds(1));
    assertThat(members(listener)).as("held").containsExactly(ONE, TWO);

    say(ONE, AnnouncedState.LEAVING);

    assertThat(members(listener)).containsExactly(TWO);
  }

  @Test
  void noForgeryIsHeeded() throws IOException {
    Listener listener = start(GROUP);
    announce(ONE);
    byte[] goodbye = signer.sign(now(ONE), AnnouncedState.LEAVING, KEY);
    for (int bit = 0; bit < goodbye.length * Byte.SIZE; bit++) {
      byte[] forged = goodbye.clone();
      forged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      send(forged);
    }
    assertThat(members(listener)).containsExactly(ONE);
    assertThat(listener.stats().farewells()).isZero();

    send(goodbye);
    assertThat(members(listener)).isEmpty();
  }

  @Test
  void aRestartBringsNobodyBack(@TempDir Path state) throws IOException {
    ListenerConfig config =
        ListenerConfig.of(List.of(network.configured(HERE)), List.of(GROUP), List.of())
            .withState(new StateConfig(state, true));
    Listener first = start(config);
    byte[] before = announce(ONE);
    announce(TWO);
    say(ONE, AnnouncedState.LEAVING);
    first.close();

    Listener second = start(config);
    assertThat(members(second)).containsExactly(TWO);
    assertThat(second.membership().snapshot(ID).ready()).isTrue();
    send(before);
    assertThat(members(second)).containsExactly(TWO);
    announce(ONE);
    assertThat(members(second)).containsExactly(ONE, TWO);
  }

  @Test
  void whatSaysMoreThanVersionOneIsNotKept(@TempDir Path state) throws IOException {
    ListenerConfig config =
        ListenerConfig.of(List.of(network.configured(HERE)), List.of(GROUP), List.of())
            .withState(new StateConfig(state, true));
    try (LogCapture log = LogCapture.of("dev.rgap.listener")) {
      Listener first = start(config);
      announce(ONE);
      announce(TWO);
      say(TWO, AnnouncedState.DRAINING);
      first.close();

      Listener second = start(config);
      assertThat(members(second)).containsExactly(ONE);
      assertThat(log.lines(Level.WARNING)).isEmpty();
      say(TWO, AnnouncedState.DRAINING);
      announce(TWO);
      second.close();

      assertThat(members(start(config))).containsExactly(ONE, TWO);
    }
  }

  @Test
  void anAgentSaysGoodbyeAtItsEnd() throws IOException {
    Listener listener = start(GROUP);
    AgentConfig config = new AgentConfig(ID, ONE, KEY, Duration.ofSeconds(5));
    Agent agent = Agent.builder(config).clock(clock).jitter(0).sink(network.sink(HERE)).build();
    agent.start(name -> clock.scheduler());
    clock.advance(Duration.ofSeconds(1));
    assertThat(members(listener)).containsExactly(ONE);

    agent.leave();
    clock.advance(Duration.ofMillis(200));
    agent.close();

    assertThat(members(listener)).isEmpty();
    assertThat(listener.stats().farewells()).as("with its copies").isEqualTo(3);
    assertThat(listener.stats().summary()).endsWith("rejected: 0");
  }

  @Test
  void anAgentThatTakesThePlaceOfOneThatLeavesStays() throws IOException {
    Listener listener = start(GROUP);
    AgentConfig config = new AgentConfig(ID, ONE, KEY, Duration.ofSeconds(5));
    Agent.Builder builder = Agent.builder(config).clock(clock).jitter(0).sink(network.sink(HERE));
    Agent first = builder.build();
    Agent second = builder.build();
    first.start(name -> clock.scheduler());
    clock.advance(Duration.ofSeconds(1));

    first.leave();
    clock.advance(Duration.ofMillis(50));
    second.start(name -> clock.scheduler());
    clock.advance(Duration.ofMillis(200));
    first.close();

    assertThat(members(listener)).containsExactly(ONE);
    second.leave();
    clock.advance(Duration.ofMillis(200));
    second.close();
    assertThat(members(listener)).isEmpty();
  }

  @Test
  void oneThatIsNotToSaysNothing() throws IOException {
    Listener listener = start(GROUP);
    AgentConfig config = new AgentConfig(ID, ONE, KEY, Duration.ofSeconds(5));
    Agent agent =
        Agent.builder(config)
            .clock(clock)
            .jitter(0)
            .sink(network.sink(HERE))
            .goodbye(false)
            .build();
    agent.start(name -> clock.scheduler());
    clock.advance(Duration.ofSeconds(1));

    agent.close();
    clock.advance(EXPIRE.minusSeconds(2));

    assertThat(members(listener)).containsExactly(ONE);
  }
}
