package dev.rgap.cli.command.demo;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.http.HttpApi;
import dev.rgap.http.HttpConfig;
import dev.rgap.http.Reload;
import dev.rgap.http.Subject;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code rgap demo}: a listener, which is a name server, too, and three agents in this process,
 * over real UDP on the loopback interface, and the listener's status page, so that a newcomer sees
 * within half a minute what rgap does.
 *
 * <p>It uses nothing but what any program can use that embeds rgap.
 */
final class Demo {

  private static final String LOOPBACK = "127.0.0.1";
  private static final GroupId GROUP = new GroupId(1);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration EXPIRE = Duration.ofSeconds(3);

  /** Pretended: nothing is ever sent to them, and no host needs to have them. */
  private static final List<String> ADDRESSES = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3");

  private static final String NAME = "workers.demo.example";

  /** The port of multicast DNS, which nothing uses on the loopback interface of most hosts. */
  private static final int DNS_PORT = 5353;

  /** The one of the documentation's examples. */
  private static final int HTTP_PORT = 8270;

  private static final int TRIES = 20;

  private final Duration bound;
  private final PrintStream out;
  private final HostClock clock = HostClock.system();
  private final PreSharedKey key = PreSharedKey.generate(new SecureRandom());
  private final Map<String, Agent> running = new HashMap<>();
  private Endpoint announcements = Endpoint.DEFAULT;
  private int dnsPort;
  private int httpPort;
  private @Nullable ListenerConfig config;
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
   * Runs until the time is over or it is stopped.
   *
   * @return the exit status
   * @throws IOException if there is no loopback interface to listen on
   */
  int run(Shutdown shutdown) throws IOException {
    Path runtime = Files.createTempDirectory("rgap-demo");
    try (Listener listener = startListener();
        HttpApi _ = startPage(listener, runtime)) {
      explain();
      start = clock.nanoTime();
      try (Scheduler printer = Scheduler.onThread("rgap-demo", clock)) {
        listener.membership().subscribe(Set.of(GROUP), printer, this::print);
        ADDRESSES.forEach(this::startAgent);
        play(shutdown, listener);
      } finally {
        running.values().forEach(Agent::close);
      }
      say("the demo is over; joins: " + joins + ", leaves: " + leaves);
      say(listener.stats().summary());
    } finally {
      Files.deleteIfExists(runtime);
    }
    return 0;
  }

  /** Lets one agent after the other fall silent and come back. */
  private void play(Shutdown shutdown, Listener listener) {
    int next = 1;
    while (!pause(shutdown, 1_500)) {
      show(listener);
      if (next == 1) {
        ask();
      }
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
      startAgent(address);
    }
  }

  /** Starts a listener on ports that are free; somebody else may be faster to take them. */
  private Listener startListener() throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return startListener(freePort(Endpoint.DEFAULT.port()), freePort(DNS_PORT));
      } catch (IOException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }

  private Listener startListener(int port, int dnsPort) throws IOException {
    announcements = new Endpoint(LOOPBACK, port, null);
    this.dnsPort = dnsPort;
    ListenerConfig whole =
        new ConfigFile()
            .parse("demo", configuration().getBytes(StandardCharsets.UTF_8))
            .config()
            .orElseThrow();
    // The demo tells the events itself, in its own words.
    List<ConfiguredOutput<?>> dns = new ArrayList<>(whole.outputs());
    dns.removeIf(output -> !output.kind().equals("dns"));
    config = whole.withOutputs(dns);
    Listener listener = Listener.builder(config).build();
    listener.start();
    return listener;
  }

  /**
   * Lets clients of this host ask the listener; they need no token, and can't change anything.
   *
   * @param runtime for its socket, which is to be none of those that {@code rgap status} looks for
   */
  private HttpApi startPage(Listener listener, Path runtime) throws IOException {
    Subject subject =
        new Subject(
            VersionCommand.version(),
            listener.membership(),
            listener.metrics(),
            listener.stats(),
            listener::rejections,
            () -> Objects.requireNonNull(config),
            () -> true,
            () -> new Reload(false, List.of(), List.of(), List.of()),
            Optional::empty,
            listener::outputReports);
    HttpApi api = new HttpApi(subject, Map.of("RUNTIME_DIRECTORY", runtime.toString()));
    for (int tries = 1; ; tries++) {
      httpPort = freePort(HTTP_PORT);
      try {
        api.start(
            new HttpConfig(
                List.of(new Endpoint(LOOPBACK, httpPort, null)),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                HttpConfig.DEFAULT.socket()));
        return api;
      } catch (IOException e) {
        if (tries == TRIES) {
          api.close();
          throw e;
        }
      }
    }
  }

  /**
   * The preferred port if nobody uses it, neither by UDP nor by TCP; otherwise any that the system
   * has free by UDP.
   *
   * @throws BindException if somebody uses that one by TCP; another may be free
   */
  private static int freePort(int preferred) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral(LOOPBACK);
    try (DatagramSocket udp = new DatagramSocket(preferred, loopback);
        ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 1, loopback)) {
      return tcp.getLocalPort();
    } catch (BindException e) {
      if (preferred == 0) {
        throw e;
      }
      return freePort(0);
    }
  }

  private String configuration() {
    return """
    listen: ["%1$s"]
    groups:
      - {id: %2$s, psk: %3$s, expire: %4$ds, readiness_delay: 0s}
    outputs:
      - {kind: eventlog}
      - {kind: dns, spec: {bind_address: "%5$s:%6$d", mappings: {%7$s: {group: %2$s}}}}
    """
        .formatted(
            announcements, GROUP, key.revealHex(), EXPIRE.toSeconds(), LOOPBACK, dnsPort, NAME);
  }

  private void startAgent(String address) {
    AgentConfig config = new AgentConfig(GROUP, IpAddress.parse(address), key, INTERVAL);
    Agent agent =
        Agent.builder(config)
            .clock(clock)
            .sink(new UdpSink(announcements))
            .goodbye(false) // as if its host had lost power
            .build();
    agent.start(name -> Scheduler.onThread(name, clock));
    running.put(address, agent);
  }

  private void explain() {
    out.printf(
        """
        rgap tells who is alive. On each host an agent says "here I am" again and again, in a small
        signed UDP datagram; a listener keeps the list of those it has heard of lately.

        Here are a listener and three agents, in one process, over real UDP on %1$s.
        By hand it would be this, with a key that was made for this demo and is thrown away:

          rgap.yaml:
        %7$s
          rgap listener -c rgap.yaml
          RGAP_PSK=%3$s rgap agent -g %2$s -a 10.0.0.1 -i %5$ds -d %1$s

        and two more agents. The addresses 10.0.0.1 to 10.0.0.3 are only pretended: an agent announces
        whatever address it is given, and nothing is sent there. %6$s

        The listener is a name server, too. Ask it, from another terminal:

          %4$s

        And it has a page, which shows all this as it happens:

          http://%8$s:%9$d/

        """,
        announcements,
        GROUP,
        key.revealHex(),
        digLine(),
        INTERVAL.toSeconds(),
        bound.isPositive() ? "It ends after " + bound.toSeconds() + " s." : "Ctrl-C ends it.",
        configuration().indent(4),
        LOOPBACK,
        httpPort);
    out.flush();
  }

  private String digLine() {
    return "dig @" + LOOPBACK + " -p " + dnsPort + " " + NAME;
  }

  /** Asks the name server, as any program of this host can, and shows its answer. */
  private void ask() {
    String answer;
    try {
      InetAddress loopback = InetAddress.ofLiteral(LOOPBACK);
      answer = DemoQuery.addresses(new InetSocketAddress(loopback, dnsPort), NAME).toString();
    } catch (IOException e) {
      answer = String.valueOf(e.getMessage());
    }
    say("DNS   " + digLine() + " -> " + answer);
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
