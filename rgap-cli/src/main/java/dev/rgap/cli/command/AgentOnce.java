package dev.rgap.cli.command;

import dev.rgap.agent.HealthCheck;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import dev.rgap.worker.config.AgentEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Announces each entry once, all at the same time, and prints what was sent to whom. */
final class AgentOnce {

  private final AgentEntry entry;
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();

  private AgentOnce(AgentEntry entry) {
    this.entry = entry;
  }

  /**
   * Announces.
   *
   * @return the exit status: 0 if all was sent
   */
  static int run(List<AgentEntry> entries, Environment environment) {
    List<AgentOnce> all = new ArrayList<>();
    List<Asking<List<String>>> asked = new ArrayList<>();
    for (AgentEntry entry : entries) {
      AgentOnce once = new AgentOnce(entry);
      all.add(once);
      asked.add(Asking.of(once::announce));
    }
    int status = 0;
    for (int i = 0; i < all.size(); i++) {
      List<String> failures;
      try {
        failures = asked.get(i).answer();
      } catch (IOException e) {
        failures = List.of(String.valueOf(e.getMessage()));
      }
      all.get(i).sent.forEach(environment.out()::println);
      for (String failure : failures) {
        environment.error("group " + all.get(i).entry.group() + ": " + failure);
        status = 1;
      }
    }
    return status;
  }

  /** Announces if all checks pass. */
  private List<String> announce() {
    List<Asking<HealthCheck>> checks = entry.checks().stream().map(Asking::of).toList();
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < checks.size(); i++) {
      try {
        HealthCheck _ = checks.get(i).answer();
      } catch (IOException e) {
        failures.add(entry.checks().get(i).check().label() + ": " + e.getMessage());
      }
    }
    if (failures.isEmpty()) {
      for (IOException failure : AgentPlans.builder(entry, this::sink).build().announceOnce()) {
        failures.add(String.valueOf(failure.getMessage()));
      }
    }
    return failures;
  }

  private DatagramSink sink(Endpoint endpoint) {
    return new Noted(new UdpSink(endpoint, entry.hops()));
  }

  /** Sends, and notes what was sent. */
  private final class Noted implements DatagramSink {
    private final DatagramSink sink;

    Noted(DatagramSink sink) {
      this.sink = sink;
    }

    @Override
    public boolean prepare(Runnable found) {
      return sink.prepare(found);
    }

    @Override
    public void send(byte[] datagram, Duration timeout) throws IOException {
      sink.send(datagram, timeout);
      IpAddress address =
          new IpAddress(
              AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram));
      sent.add("group " + entry.group() + ": " + address + " sent to " + label());
    }

    @Override
    public String label() {
      return sink.label();
    }
  }
}
