package dev.rgap.cli;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import dev.rgap.transport.UdpSource;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code rgap demo}: a listener and three agents in this process, over real UDP on the loopback
 * interface, so that a newcomer sees within half a minute what rgap does.
 *
 * <p>It uses nothing but what any program can use that embeds rgap.
 */
final class Demo {

  private static final GroupId GROUP = new GroupId(1);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration EXPIRE = Duration.ofSeconds(3);

  /** Pretended: nothing is ever sent to them, and no host needs to have them. */
  private static final List<String> ADDRESSES = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3");

  private final Duration bound;
  private final PrintStream out;
  private final HostClock clock = HostClock.system();
  private final PreSharedKey key = PreSharedKey.generate(new SecureRandom());
  private final Map<String, Agent> running = new HashMap<>();
  private long start;

  // Of the printer's thread, until that has ended:
  private long joins;
  private long leaves;

  /**
   * A demonstration.
   *
   * @param bound how long it lasts; zero until it is stopped
   */
  Demo(Duration bound, PrintStream out) {
    this.bound = bound;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @return the exit status
   * @throws IOException if there is no loopback interface to listen on
   */
  int run(Shutdown shutdown) throws IOException {
    try (Listener listener = startListener()) {
      Endpoint endpoint = endpointOf(listener);
      explain(endpoint);
      start = clock.nanoTime();
      try (Scheduler printer = Scheduler.onThread("rgap-demo", clock)) {
        listener.membership().subscribe(Set.of(GROUP), printer, this::print);
        ADDRESSES.forEach(address -> startAgent(address, endpoint));
        play(shutdown, listener, endpoint);
      } finally {
        running.values().forEach(Agent::close);
      }
      say("the demo is over; joins: " + joins + ", leaves: " + leaves);
      say(listener.stats().summary());
    }
    return 0;
  }

  /** Lets one agent after the other fall silent and come back. */
  private void play(Shutdown shutdown, Listener listener, Endpoint endpoint) {
    int next = 1;
    while (!pause(shutdown, 1_500)) {
      show(listener);
      String address = ADDRESSES.get(next++ % ADDRESSES.size());
      Agent stopped = running.remove(address);
      if (stopped != null) {
        stopped.close();
      }
      say("the agent of " + address + " stops without a word, as if its host had lost power;");
      say("  it stays a member until its last announcement is " + EXPIRE.toSeconds() + " s old");
      if (pause(shutdown, 3_500)) {
        return;
      }
      show(listener);
      say("the agent of " + address + " starts again");
      startAgent(address, endpoint);
    }
  }

  private Listener startListener() throws IOException {
    try {
      return startListener(Endpoint.DEFAULT.port());
    } catch (IOException e) {
      if (e.getCause() instanceof BindException) {
        return startListener(0); // the usual port is taken: any other
      }
      throw e;
    }
  }

  private Listener startListener(int port) throws IOException {
    GroupConfig group = new GroupConfig(GROUP, key, EXPIRE, Duration.ZERO, Duration.ZERO);
    Endpoint endpoint = new Endpoint("127.0.0.1", port, null);
    ListenerConfig config = new ListenerConfig(List.of(endpoint), List.of(group), List.of());
    Listener listener = Listener.onThisHost(config);
    listener.start();
    return listener;
  }

  private static Endpoint endpointOf(Listener listener) throws IOException {
    if (listener.sources().get(0) instanceof UdpSource source) {
      return new Endpoint("127.0.0.1", source.localAddress().getPort(), null);
    }
    throw new IllegalStateException("the listener's source is not UDP");
  }

  private void startAgent(String address, Endpoint endpoint) {
    AgentConfig config = new AgentConfig(GROUP, IpAddress.parse(address), key, INTERVAL);
    Agent agent = new Agent(config, clock, List.of(new UdpSink(endpoint)));
    agent.start(name -> Scheduler.onThread(name, clock));
    running.put(address, agent);
  }

  private void explain(Endpoint endpoint) {
    out.printf(
        """
        rgap tells who is alive. On each host an agent says "here I am" again and again, in a small
        signed UDP datagram; a listener keeps the list of those it has heard of lately.

        Here are a listener and three agents, in one process, over real UDP on %1$s.
        By hand it would be this, with a key that was made for this demo and is thrown away:

          rgap.yaml:
            listen: ["%1$s"]
            groups:
              - {id: %2$s, psk: %3$s, expire: %4$ds}
            outputs:
              - {kind: eventlog}

          rgap listener -c rgap.yaml
          RGAP_PSK=%3$s rgap agent -g %2$s -a 10.0.0.1 -i %5$ds -d %1$s

        and two more agents. The addresses 10.0.0.1 to 10.0.0.3 are only pretended: an agent announces
        whatever address it is given, and nothing is sent there. %6$s

        """,
        endpoint,
        GROUP,
        key.revealHex(),
        EXPIRE.toSeconds(),
        INTERVAL.toSeconds(),
        bound.isPositive() ? "It ends after " + bound.toSeconds() + " s." : "Ctrl-C ends it.");
    out.flush();
  }

  private void show(Listener listener) {
    GroupSnapshot snapshot = listener.membership().snapshot(GROUP);
    String members =
        listener.membership().members(GROUP).stream()
            .map(Demo::describe)
            .collect(Collectors.joining(", "));
    say("SNAPSHOT of group " + GROUP + ": " + snapshot.addresses().size() + " members: " + members);
  }

  private static String describe(Member member) {
    return String.format(
        Locale.ROOT, "%s (%.1f s left)", member.address(), member.remaining().toMillis() / 1_000.0);
  }

  /** On the printer's thread. */
  private void print(MembershipEvent event) {
    switch (event) {
      case Joined joined -> {
        joins++;
        say("JOIN  " + joined.address());
      }
      case Left left -> {
        leaves++;
        say("LEAVE " + left.address() + ": it was not heard of for " + EXPIRE.toSeconds() + " s");
      }
      default -> {}
    }
  }

  private void say(String text) {
    double seconds = (clock.nanoTime() - start) / 1e9;
    synchronized (out) {
      out.println(String.format(Locale.ROOT, "%+6.1fs  %s", seconds, text));
      out.flush();
    }
  }

  /** Lets time pass; true if the demo is to end. */
  private boolean pause(Shutdown shutdown, long millis) {
    Duration wait = Duration.ofMillis(millis);
    if (bound.isPositive()) {
      Duration left = bound.minusNanos(clock.nanoTime() - start);
      if (left.compareTo(wait) <= 0) {
        shutdown.await(left.isPositive() ? left : Duration.ZERO);
        return true;
      }
    }
    return shutdown.await(wait);
  }
}
