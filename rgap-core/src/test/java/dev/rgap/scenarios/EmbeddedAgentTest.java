package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.Agent;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The example of {@link Agent}'s documentation. */
class EmbeddedAgentTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));

  private final ManualClock clock = new ManualClock();

  // @start region="service"
  /** A service that announces itself while it takes work. */
  static final class Service implements AutoCloseable {
    volatile boolean overloaded;
    volatile IpAddress address = IpAddress.parse("192.0.2.1");
    private final Agent agent;

    Service(PreSharedKey key, DatagramSink destination, HostClock clock) {
      agent =
          Agent.builder(new GroupId(1000), key, Duration.ofSeconds(5))
              .addresses(new OwnAddress())
              .check(HealthCheckConfig.of(new Overload()))
              .drainFor(Duration.ofSeconds(10))
              .sink(destination) // such as new UdpSink(Endpoint.parse("lb.example.com:8271"))
              .clock(clock) // HostClock.system()
              .build();
    }

    /** Asked before each announcement. */
    private final class OwnAddress implements AddressSource {
      @Override
      public List<IpAddress> find() {
        return List.of(address);
      }

      @Override
      public String label() {
        return "service";
      }

      @Override
      public boolean isQuick() {
        return true;
      }
    }

    /** Asked every five seconds; three failures in a row, and the address says goodbye. */
    private final class Overload implements HealthCheck {
      @Override
      public void run(Duration timeout) throws IOException {
        if (overloaded) {
          throw new IOException("the queue is full");
        }
      }

      @Override
      public String label() {
        return "overload";
      }
    }

    /** With {@code name -> Scheduler.onThread(name, HostClock.system())}. */
    void start(Function<String, Scheduler> schedulers) {
      agent.start(schedulers);
    }

    /** Gets no new work any more, and leaves ten seconds later. */
    void drain() {
      agent.drain();
    }

    /** Says goodbye. */
    @Override
    public void close() {
      agent.close();
    }
  }

  // @end

  @Test
  void theExampleOfTheDocumentationWorks() throws IOException {
    MemoryNetwork network = new MemoryNetwork();
    Endpoint here = Endpoint.parse("127.0.0.1:1");
    GroupId group = new GroupId(1000);
    try (Listener listener =
            Listener.builder(
                    ListenerConfig.of(
                        List.of(network.configured(here)),
                        List.of(GroupConfig.of(group, KEY, Duration.ofSeconds(15))),
                        List.of()))
                .clock(clock)
                .schedulers(name -> clock.scheduler())
                .build();
        Service service = new Service(KEY, network.sink(here), clock)) {
      listener.start();
      service.start(name -> clock.scheduler());
      clock.runDue();
      assertThat(listener.membership().snapshot(group).addresses())
          .containsExactly(service.address);

      service.address = IpAddress.parse("192.0.2.2");
      clock.advance(Duration.ofSeconds(1));
      assertThat(listener.membership().snapshot(group).addresses())
          .containsExactly(service.address);

      service.overloaded = true;
      clock.advance(Duration.ofSeconds(15));
      assertThat(listener.membership().snapshot(group).addresses()).isEmpty();

      service.overloaded = false;
      clock.advance(Duration.ofSeconds(5));
      service.drain();
      clock.advance(Duration.ofSeconds(9));
      assertThat(listener.membership().snapshot(group).addresses()).hasSize(1);
      clock.advance(Duration.ofSeconds(2));
      assertThat(listener.membership().snapshot(group).addresses()).isEmpty();
    }
  }
}
