package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.KeyUse;
import dev.rgap.membership.Membership.Subscription;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The way of docs/keys.md from one key to another. */
class KeyRotationTest {

  private static final int AGENTS = 50;
  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey OLD = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey NEW = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(15);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final GroupConfig CONFIG = GroupConfig.of(GROUP, OLD, EXPIRE);
  private static final List<Endpoint> ADDRESSES =
      List.of(Endpoint.parse("192.0.2.1:8271"), Endpoint.parse("192.0.2.2:8271"));

  /** An agent whose key somebody exchanges, as it stands in a file of its host. */
  private static final class Host {
    private PreSharedKey key = OLD;
    private final Agent agent;

    Host(int number, MemoryNetwork network, ManualClock clock) {
      AgentConfig config =
          new AgentConfig(GROUP, IpAddress.ofIpv4(0x0a000001 + number), OLD, INTERVAL);
      Agent.Builder builder =
          Agent.builder(config).clock(clock).jitter(0).key(() -> key).goodbye(false);
      ADDRESSES.forEach(address -> builder.sink(network.sink(address)));
      agent = builder.build();
    }
  }

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.listener");
  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Metrics> numbers = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<MembershipEvent> events = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();

  private void begin() throws IOException {
    for (Endpoint address : ADDRESSES) {
      Metrics metrics = new Metrics();
      Listener listener =
          Listener.builder(
                  ListenerConfig.of(
                      List.of(network.configured(address)), List.of(CONFIG), List.of()))
              .clock(clock)
              .schedulers(name -> clock.scheduler())
              .metrics(metrics)
              .build();
      listener.start();
      subscriptions.add(listener.membership().subscribeAll(Runnable::run, events::add));
      listeners.add(listener);
      numbers.add(metrics);
    }
    for (int i = 0; i < AGENTS; i++) {
      Host host = new Host(i, network, clock);
      hosts.add(host);
      host.agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofMillis(70));
    }
    log.clear();
  }

  @AfterEach
  void end() {
    subscriptions.forEach(Subscription::close);
    hosts.forEach(host -> host.agent.close());
    listeners.forEach(Listener::close);
  }

  /** Lets time pass for several announcements of everybody: nobody comes, and nobody leaves. */
  private void pass(Duration time) {
    Instant end = Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS).plus(time);
    while (Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS).isBefore(end)) {
      clock.advance(Duration.ofSeconds(1));
      for (Listener listener : listeners) {
        assertThat(listener.membership().snapshot(GROUP).addresses()).hasSize(AGENTS);
      }
    }
  }

  /** At each listener. */
  private List<Double> announcements(PreSharedKey key) {
    return numbers.stream()
        .map(metrics ->
            metrics
                .snapshot()
                .value(
                    "rgap_group_key_announcements_total",
                    "group",
                    GROUP.toString(),
                    "key",
                    key.fingerprint()))
        .toList();
  }

  private void accept(int listener, List<PreSharedKey> keys) {
    listeners.get(listener).replaceGroup(CONFIG.withKeys(keys));
  }

  @Test
  void noMemberIsLostAndTheOldKeysCounterStandsStill() throws IOException {
    begin();
    pass(Duration.ofSeconds(10));
    for (int i = 0; i < listeners.size(); i++) {
      accept(i, List.of(NEW, OLD));
      pass(Duration.ofSeconds(10));
    }
    for (Host host : hosts) {
      host.key = NEW;
      pass(Duration.ofSeconds(1));
    }
    pass(INTERVAL);
    List<Double> before = announcements(OLD);
    List<Double> newBefore = announcements(NEW);
    assertThat(before).allMatch(count -> count > AGENTS);
    pass(Duration.ofMinutes(2));
    assertThat(announcements(OLD)).isEqualTo(before);
    assertThat(announcements(NEW))
        .isEqualTo(newBefore.stream().map(count -> count + AGENTS * 24).toList());
    for (int i = 0; i < listeners.size(); i++) {
      accept(i, List.of(NEW));
      pass(Duration.ofMinutes(1));
    }

    assertThat(events.stream().filter(Left.class::isInstance)).isEmpty();
    assertThat(events.stream().filter(Joined.class::isInstance)).hasSize(2 * AGENTS);
    for (Listener listener : listeners) {
      assertThat(listener.stats().rejected(Rejection.SIGNATURE)).isZero();
      assertThat(listener.membership().keyUses(GROUP))
          .extracting(KeyUse::fingerprint)
          .containsExactly(NEW.fingerprint());
    }
  }

  /** At each listener once, however many agents announce. */
  @Test
  void theLogSaysWhichKeyIsInUseAndWhichIsNotAnyMore() throws IOException {
    begin();
    accept(0, List.of(NEW, OLD));
    accept(1, List.of(NEW, OLD));
    pass(Duration.ofMinutes(5));
    String key = "group 1000: the key %s (%d of 2) is %s";
    assertThat(log.lines(Level.INFO))
        .hasSize(2)
        .allMatch(line -> line.startsWith(key.formatted(OLD.fingerprint(), 2, "in use: 10.0.0.")));
    log.clear();

    hosts.get(7).key = NEW;
    pass(INTERVAL.multipliedBy(3));
    assertThat(log.lines(Level.INFO))
        .hasSize(2)
        .containsOnly(key.formatted(NEW.fingerprint(), 1, "in use: 10.0.0.8 announces with it"));
    log.clear();
    hosts.forEach(host -> host.key = host == hosts.get(3) ? OLD : NEW);
    pass(Duration.ofMinutes(5));
    assertThat(log.lines()).as("one agent still uses the old one").isEmpty();
    hosts.get(3).key = NEW;
    pass(Duration.ofMinutes(5));

    assertThat(log.lines(Level.INFO))
        .hasSize(2)
        .containsOnly(
            key.formatted(
                OLD.fingerprint(),
                2,
                "out of use: nobody has announced with it for 1m, the last was 10.0.0.4"));
    log.clear();
    hosts.get(3).key = OLD;
    pass(INTERVAL);
    assertThat(log.lines(Level.INFO))
        .hasSize(2)
        .containsOnly(key.formatted(OLD.fingerprint(), 2, "in use: 10.0.0.4 announces with it"));
  }

  @Test
  void whoUsedAKeyLastCanBeAskedFor() throws IOException {
    begin();
    accept(0, List.of(NEW, OLD));
    assertThat(listeners.getFirst().membership().keyUses(GROUP).getFirst())
        .isEqualTo(new KeyUse(NEW.fingerprint(), 0, null, null));
    hosts.get(5).key = NEW;
    pass(INTERVAL);
    hosts.get(5).key = OLD;
    pass(INTERVAL.multipliedBy(2));

    KeyUse use = listeners.getFirst().membership().keyUses(GROUP).getFirst();
    assertThat(use.announcements()).isEqualTo(1);
    assertThat(use.lastAddress()).isEqualTo(IpAddress.parse("10.0.0.6"));
    assertThat(use.lastUsed())
        .isBetween(
            Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS).minusSeconds(15),
            Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS).minusSeconds(10));
    assertThat(use.toString()).doesNotContain("cdcd");
  }

  /** What a listener says that has not been told of the new key. */
  @Test
  void whoComesTooEarlyOrTooLateIsToldApartByFingerprints() throws IOException {
    begin();
    accept(0, List.of(NEW, OLD));
    hosts.get(0).key = PreSharedKey.parseHex("ef".repeat(32));
    pass(INTERVAL);

    assertThat(log.lines(Level.WARNING))
        .anySatisfy(line ->
            assertThat(line)
                .endsWith(
                    "signature: the signature does not match any of the 2 keys of group 1000"
                        + " (fingerprints %s %s); compare the keys of both hosts"
                            .formatted(NEW.fingerprint(), OLD.fingerprint())));
  }
}
