package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.DocumentedMetrics;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.SourceContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/metrics.md against the numbers that listeners, sources and agents keep. */
class MetricsDocTest {

  private static final Endpoint ENDPOINT = Endpoint.parse("127.0.0.1:0");

  private final Metrics metrics = new Metrics();

  @Test
  void ofListeners() throws IOException {
    ManualClock clock = new ManualClock();
    PreSharedKey key = PreSharedKey.parseHex("ab".repeat(32));
    ListenerConfig config =
        ListenerConfig.of(
            List.of(new MemoryNetwork().configured(ENDPOINT)),
            List.of(GroupConfig.of(new GroupId(1), key, Duration.ofSeconds(30))),
            List.of());
    try (Listener listener =
        Listener.builder(config)
            .clock(clock)
            .schedulers(name -> clock.scheduler())
            .metrics(metrics)
            .build()) {
      listener.start();

      assertThat(DocumentedMetrics.kept(metrics))
          .isEqualTo(DocumentedMetrics.documented("Listener"));
    }
  }

  @Test
  void ofSources() throws IOException {
    ConfiguredSource<?> configured = ConfiguredSource.udp(ENDPOINT);
    try (DatagramSource source =
        configured.create(
            SourceContext.of(
                new ManualClock().scheduler(), metrics.scope("source", configured.label())))) {
      source.start((datagram, length, sender) -> {}); // what the system says is of open sockets
    }

    assertThat(DocumentedMetrics.kept(metrics)).isEqualTo(DocumentedMetrics.documented("Sources"));
  }

  /** Passes at once. */
  private record Check(String label) implements HealthCheck {
    @Override
    public void run(Duration timeout) {}
  }

  @Test
  void ofAgents() throws IOException {
    ManualClock clock = new ManualClock();
    PreSharedKey key = PreSharedKey.parseHex("ab".repeat(32));
    try (Agent agent =
        Agent.builder(new GroupId(1), key, Duration.ofSeconds(1))
            .addresses(AddressSource.of(IpAddress.parse("192.0.2.1")))
            .check(HealthCheckConfig.of(new Check("file /run/up")))
            .sink(new MemoryNetwork().sink(ENDPOINT))
            .clock(clock)
            .metrics(metrics)
            .build()) {
      agent.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(1));

      assertThat(DocumentedMetrics.kept(metrics)).isEqualTo(DocumentedMetrics.documented("Agents"));
      assertThat(log.lines(Level.WARNING)).as("what would be counted otherwise").isEmpty();
    }
  }
}
