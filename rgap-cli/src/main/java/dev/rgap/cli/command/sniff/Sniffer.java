package dev.rgap.cli.command.sniff;

import dev.rgap.cli.command.sniff.SniffedDatagram.Verdict;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.Gate;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejection;
import dev.rgap.listener.RejectionText;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Sender;
import dev.rgap.transport.SourceContext;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * {@code rgap sniff}: shows each datagram that arrives, and what a listener would make of it.
 *
 * <p>It judges as a listener does that started when it did: a replay is one of what it has seen
 * itself. Without a configuration there are no keys, and only the size and the version are judged.
 */
final class Sniffer {

  private static final String NO_KEY = "no key: give a config with -c";
  private static final Duration OUTPUT_CHECK = Duration.ofSeconds(1);

  private final List<ConfiguredSource<?>> listen;
  private final List<GroupConfig> groups;
  private final boolean hasKeys;
  private final boolean json;
  private final PrintStream out;
  private final HostClock clock;

  /**
   * A sniffer.
   *
   * @param listen where; if there is nothing, the configuration's addresses or else the default one
   * @param json whether to print JSON objects, see {@link SniffedDatagram#toJson}, or text
   */
  Sniffer(
      List<ConfiguredSource<?>> listen,
      Optional<ListenerConfig> config,
      boolean json,
      PrintStream out,
      HostClock clock) {
    List<ConfiguredSource<?>> configured = config.map(ListenerConfig::listen).orElse(List.of());
    List<ConfiguredSource<?>> wanted = listen.isEmpty() ? configured : listen;
    this.listen =
        wanted.isEmpty() ? List.of(ConfiguredSource.udp(Endpoint.DEFAULT)) : List.copyOf(wanted);
    this.groups = config.map(ListenerConfig::groups).orElse(List.of());
    this.hasKeys = config.isPresent();
    this.json = json;
    this.out = out;
    this.clock = clock;
  }

  /** Where it listens. */
  List<ConfiguredSource<?>> listen() {
    return listen;
  }

  /**
   * Prints until it is to end, or until nobody reads the output any more.
   *
   * @return the exit status
   * @throws IOException if it can't listen; the message says where, why and what to do
   */
  int run(Shutdown shutdown) throws IOException {
    Deque<DatagramSource> open = new ArrayDeque<>();
    try (Scheduler timers = Scheduler.onThread("rgap-sniff", clock);
        LiveMembership membership = new LiveMembership(groups, timers)) {
      try {
        SourceContext context = SourceContext.of(timers, new Metrics());
        for (ConfiguredSource<?> configured : listen) {
          DatagramSource source = configured.create(context);
          Judge judge = new Judge(source.label(), membership);
          start(source, judge);
          open.push(source);
        }
        boolean ended = false;
        while (!ended) {
          ended = shutdown.await(OUTPUT_CHECK) || out.checkError();
        }
      } finally {
        open.forEach(DatagramSource::close);
      }
    }
    return 0;
  }

  private void start(DatagramSource source, Judge judge) throws IOException {
    try {
      source.start((datagram, length, sender) -> print(judge.judge(datagram, length, sender)));
    } catch (IOException e) {
      if (e.getCause() instanceof BindException bind
          && String.valueOf(bind.getMessage()).contains("in use")) {
        throw new IOException(
            e.getMessage()
                + "; if a running rgap listener has the port, its log explains each rejection too;"
                + " stop it to sniff here, or sniff elsewhere with -l",
            e);
      }
      throw e;
    }
  }

  private void print(SniffedDatagram datagram) {
    String line = json ? datagram.toJson() : datagram.toText();
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }

  /** Judges the datagrams of one source, on its thread. */
  private final class Judge {
    private final String endpoint;
    private final Gate gate;

    Judge(String endpoint, LiveMembership membership) {
      this.endpoint = endpoint;
      this.gate = new Gate(membership);
    }

    SniffedDatagram judge(byte[] datagram, int length, Sender sender) {
      long now = clock.epochMicros();
      Rejection rejection = gate.admit(datagram, length, now);
      if (!hasKeys && rejection == Rejection.GROUP) {
        rejection = null;
      }
      Verdict verdict =
          rejection != null ? Verdict.REJECTED : hasKeys ? Verdict.ACCEPTED : Verdict.UNVERIFIED;
      return new SniffedDatagram(
          now,
          sender.label(),
          endpoint,
          length,
          SniffedDatagram.Contents.of(datagram, length),
          verdict,
          rejection,
          rejection != null
              ? RejectionText.of(rejection, datagram, length, gate.group(), now)
              : hasKeys ? "" : NO_KEY);
    }
  }
}
