package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import dev.rgap.transport.UdpSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole way once on real clocks, threads and sockets. */
@Timeout(60)
class LoopbackTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));

  private record Collecting(OutputContext context, BlockingQueue<MembershipEvent> events)
      implements Output {
    @Override
    public void start() {
      context.subscribe(Set.of(GROUP), events::add);
    }

    @Override
    public void close() {}
  }

  private static final class CollectingType implements OutputType<BlockingQueue<MembershipEvent>> {
    @Override
    public String kind() {
      return "collecting";
    }

    @Override
    public Optional<BlockingQueue<MembershipEvent>> parse(
        ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    @Override
    public Output create(BlockingQueue<MembershipEvent> events, OutputContext context) {
      return new Collecting(context, events);
    }
  }

  @Test
  void anAgentThatStopsIsAMemberForAWhile() throws Exception {
    Duration expire = Duration.ofSeconds(1);
    BlockingQueue<MembershipEvent> events = new LinkedBlockingQueue<>();
    ListenerConfig config =
        ListenerConfig.of(
            List.of(
                ConfiguredSource.udp(Endpoint.parse("127.0.0.1:0")),
                ConfiguredSource.udp(Endpoint.parse(":0"))),
            List.of(GroupConfig.of(GROUP, KEY, expire)),
            List.of(
                new ConfiguredOutput<>(new OutputId("collecting"), new CollectingType(), events)));
    try (LogCapture log = LogCapture.of("dev.rgap.listener");
        Listener listener = Listener.builder(config).build()) {
      listener.start();
      List<UdpSink> sinks =
          listener.sources().stream()
              .map(UdpSource.class::cast)
              .map(source -> new UdpSink(new Endpoint("127.0.0.1", port(source), null)))
              .toList();
      HostClock clock = HostClock.system();
      AgentConfig agentConfig =
          new AgentConfig(GROUP, IpAddress.parse("192.0.2.1"), KEY, Duration.ofMillis(50));
      try (Agent agent = Agent.builder(agentConfig).clock(clock).jitter(0).sinks(sinks).build()) {
        agent.start(name -> Scheduler.onThread(name, clock));
        assertThat(next(events)).isInstanceOf(MembershipEvent.State.class);
        assertThat(next(events)).isInstanceOf(MembershipEvent.Joined.class);
      }
      assertThat(next(events)).isInstanceOf(MembershipEvent.Left.class);
      assertThat(listener.membership().snapshot(GROUP).addresses()).isEmpty();
      assertThat(listener.stats().accepted()).isPositive();
      assertThat(log.lines()).hasSize(2).allMatch(line -> line.startsWith("listening on "));
    }
  }

  private static int port(UdpSource source) {
    try {
      return source.localAddress().getPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static MembershipEvent next(BlockingQueue<MembershipEvent> events) throws Exception {
    MembershipEvent event = events.poll(30, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return requireNonNull(event);
  }
}
