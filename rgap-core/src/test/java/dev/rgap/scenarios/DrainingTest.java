package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Guard;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who says that it drains stays a member that is marked, or is none while it drains. */
@Timeout(60)
class DrainingTest {

  private static final GroupId ID = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");
  private static final GroupConfig GROUP = GroupConfig.of(ID, KEY, EXPIRE);
  private static final GroupConfig REMOVING = GROUP.withDraining(DrainingPolicy.REMOVE);

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final List<String> events = new ArrayList<>();
  private @Nullable Listener running;

  private Listener start(GroupConfig group) throws IOException {
    Listener listener =
        Listener.builder(
                ListenerConfig.of(List.of(network.configured(HERE)), List.of(group), List.of()))
            .clock(clock)
            .schedulers(name -> clock.scheduler())
            .build();
    running = listener;
    listener.membership().subscribe(Set.of(ID), clock.scheduler(), this::note);
    listener.start();
    clock.runDue();
    return listener;
  }

  private void note(MembershipEvent event) {
    int draining = event.snapshot().draining();
    if (event instanceof Joined joined) {
      events.add("+" + joined.address() + " " + draining);
    } else if (event instanceof Draining drains) {
      events.add((drains.begun() ? "~" : "!") + drains.address() + " " + draining);
    } else if (event instanceof Left left) {
      events.add("-" + left.address() + " " + left.cause().label() + " " + draining);
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

  private static List<Boolean> marks(Listener listener) {
    return listener.membership().members(ID).stream().map(Member::draining).toList();
  }

  @Test
  void whoDrainsIsAMemberThatIsMarked() throws IOException {
    Listener listener = start(GROUP);
    announce(ONE);
    announce(TWO);

    say(ONE, AnnouncedState.DRAINING);
    say(ONE, AnnouncedState.DRAINING);

    assertThat(marks(listener)).containsExactly(true, false);
    assertThat(listener.membership().isDraining(ID, ONE)).isTrue();
    assertThat(listener.membership().isDraining(ID, TWO)).isFalse();
    assertThat(listener.membership().snapshot(ID))
        .hasToString("group 1000, READY, version 3, members: 2, draining: 1");
    assertThat(events).containsExactly("+192.0.2.1 0", "+192.0.2.2 0", "~192.0.2.1 1");
  }

  @Test
  void theLastThatItHasSaidCounts() throws IOException {
    Listener listener = start(GROUP);
    byte[] before = announce(ONE);
    Announcement overtaken = now(ONE);
    byte[] drains = say(ONE, AnnouncedState.DRAINING);

    send(before);
    send(signer.sign(overtaken, KEY));
    assertThat(marks(listener)).containsExactly(true);

    announce(ONE);
    send(drains);
    assertThat(marks(listener)).containsExactly(false);
    say(ONE, AnnouncedState.DRAINING);
    say(ONE, AnnouncedState.UP);
    assertThat(marks(listener)).containsExactly(false);
    assertThat(events)
        .containsExactly(
            "+192.0.2.1 0", "~192.0.2.1 1", "!192.0.2.1 0", "~192.0.2.1 1", "!192.0.2.1 0");
  }

  @Test
  void aMarkIsGoneWithTheMember() throws IOException {
    Listener listener = start(GROUP);
    say(ONE, AnnouncedState.DRAINING);
    say(TWO, AnnouncedState.DRAINING);
    say(ONE, AnnouncedState.LEAVING);
    clock.advance(EXPIRE);
    announce(ONE);
    announce(TWO);

    assertThat(marks(listener)).containsExactly(false, false);
    assertThat(events)
        .containsExactly(
            "+192.0.2.1 0",
            "~192.0.2.1 1",
            "+192.0.2.2 1",
            "~192.0.2.2 2",
            "-192.0.2.1 farewell 1",
            "-192.0.2.2 expired 0",
            "+192.0.2.1 0",
            "+192.0.2.2 0");
  }

  @Test
  void oneThatIsHeldDrainsOn() throws IOException {
    Listener listener = start(GROUP.withGuard(Guard.DEFAULT));
    say(ONE, AnnouncedState.DRAINING);
    clock.advance(EXPIRE);

    assertThat(listener.membership().members(ID))
        .allSatisfy(member -> {
          assertThat(member.held()).isTrue();
          assertThat(member.draining()).isTrue();
        });
    assertThat(marks(listener)).hasSize(1);
  }

  @Test
  void aGroupNeedNotKeepThoseWhoDrain() throws IOException {
    Listener listener = start(REMOVING.withGuard(Guard.DEFAULT).withFarewells(false));
    byte[] before = announce(ONE);
    for (int i = 0; i < 50; i++) {
      say(ONE, AnnouncedState.DRAINING);
      send(before);
      assertThat(listener.membership().snapshot(ID).addresses()).isEmpty();
      clock.advance(Duration.ofSeconds(1));
    }
    announce(ONE);

    assertThat(events).containsExactly("+192.0.2.1 0", "-192.0.2.1 draining 0", "+192.0.2.1 0");
    say(ONE, AnnouncedState.DRAINING);
    say(ONE, AnnouncedState.UP);
    assertThat(marks(listener)).containsExactly(false);
  }

  @Test
  void anotherPolicyCountsFromTheNextAnnouncementOn() throws IOException {
    Listener listener = start(GROUP);
    say(ONE, AnnouncedState.DRAINING);
    listener.reconfigure(
        ListenerConfig.of(List.of(network.configured(HERE)), List.of(REMOVING), List.of()));
    assertThat(marks(listener)).containsExactly(true);
    say(ONE, AnnouncedState.DRAINING);
    assertThat(marks(listener)).isEmpty();
  }
}
