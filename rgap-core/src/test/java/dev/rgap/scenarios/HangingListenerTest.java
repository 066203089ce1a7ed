package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a watchdog is told of a listener's parts that do not get on, and of those that do. */
class HangingListenerTest {

  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:8271");
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final GroupConfig GROUP =
      GroupConfig.of(
          new GroupId(7), PreSharedKey.parseHex("ab".repeat(32)), Duration.ofSeconds(30));

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final Set<String> stalled = new HashSet<>();

  /** Its tasks may have to wait for so long. */
  private record Waiting(Optional<Duration> longestWait) implements Output {
    @Override
    public void start() {}

    @Override
    public void close() {}
  }

  private static final class WaitingType implements OutputType<Optional<Duration>> {
    @Override
    public String kind() {
      return "waiting";
    }

    @Override
    public Optional<Optional<Duration>> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    @Override
    public Output create(Optional<Duration> longestWait, OutputContext context) {
      return new Waiting(longestWait);
    }
  }

  private static ConfiguredOutput<?> output(String name, Optional<Duration> longestWait) {
    return new ConfiguredOutput<>(new OutputId(name), new WaitingType(), longestWait);
  }

  private Listener.Builder builder(ConfiguredOutput<?>... outputs) {
    return Listener.builder(
            ListenerConfig.of(List.of(network.configured(HERE)), List.of(GROUP), List.of(outputs)))
        .clock(clock)
        .schedulers(
            name -> stalled.contains(name) ? new StalledScheduler(clock) : clock.scheduler());
  }

  private List<String> look(Listener listener) {
    clock.advance(LOOK);
    return listener.hanging(LOOK);
  }

  @Test
  void nothingIsSaidOfOneThatWorks() throws Exception {
    try (Listener listener = builder(output("out", Optional.of(Duration.ZERO))).build()) {
      listener.start();
      for (int i = 0; i < 20; i++) {
        network.send(HERE, new byte[66]);
        assertThat(look(listener)).isEmpty();
      }
    }
  }

  @Test
  void aSourceThatIsAtOneDatagramForTooLong() throws Exception {
    List<List<String>> during = new ArrayList<>();
    List<Listener> itself = new ArrayList<>();
    Duration often = Duration.ofSeconds(4);
    try (Listener listener =
        builder()
            .tap((datagram, length, sender) -> {
              for (int i = 0; i < 4; i++) {
                clock.advance(often);
                during.add(itself.getFirst().hanging(often));
              }
            })
            .build()) {
      itself.add(listener);
      listener.start();
      network.send(HERE, new byte[66]);
      assertThat(during)
          .containsExactly(
              List.of(),
              List.of(),
              List.of(),
              List.of("source 127.0.0.1:8271 has not got on for 12 s"));
      assertThat(look(listener)).isEmpty();
    }
  }

  @Test
  void theExpiryThatDoesNotRun() throws Exception {
    stalled.add("rgap-expiry");
    try (Listener listener = builder().build()) {
      listener.start();
      assertThat(look(listener)).isEmpty();
      assertThat(look(listener)).containsExactly("the expiry of members has not got on for 30 s");
    }
  }

  /** Minutes, and what it may have to wait for besides; one without a limit is never said. */
  @Test
  void anOutputThatIsAtOneTaskForTooLong() throws Exception {
    stalled.addAll(
        Set.of("rgap-output none", "rgap-output some", "rgap-output any", "rgap-output gone"));
    try (Listener listener =
        builder(
                output("none", Optional.of(Duration.ZERO)),
                output("some", Optional.of(Duration.ofMinutes(1))),
                output("any", Optional.empty()),
                output("gone", Optional.of(Duration.ZERO)))
            .build()) {
      listener.start();
      listener.removeOutput(new OutputId("gone"));
      for (int i = 0; i < 10; i++) {
        assertThat(look(listener)).isEmpty();
      }
      assertThat(look(listener)).containsExactly("output none has not got on for 300 s");
      assertThat(look(listener)).hasSize(1);
      assertThat(look(listener))
          .containsExactly(
              "output none has not got on for 360 s", "output some has not got on for 360 s");
    }
  }

  /** Whoever was stopped, like a debugger does it, had no chance to get on. */
  @Test
  void aPauseIsNotHanging() throws Exception {
    try (Listener listener = builder(output("out", Optional.of(Duration.ZERO))).build()) {
      listener.start();
      assertThat(listener.hanging(LOOK)).isEmpty();
      clock.stop(Duration.ofHours(1));
      clock.runDue();
      assertThat(look(listener)).isEmpty();
      assertThat(look(listener)).isEmpty();
    }
  }
}
