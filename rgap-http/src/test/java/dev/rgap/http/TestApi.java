package dev.rgap.http;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A listener on an in-memory network with two groups, the second of which waits, and its API. */
final class TestApi implements AutoCloseable {

  static final GroupId READY = new GroupId(1000);
  static final GroupId WAITING = new GroupId(2000);
  static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  static final Duration DELAY = Duration.ofMinutes(1);
  private static final Endpoint HERE = Endpoint.parse("239.82.71.65:8271");

  /** What was answered. */
  record Reply(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** An output that publishes a group, and does nothing. */
  private static final class IdleType implements OutputType<String> {
    @Override
    public String kind() {
      return "idle";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    @Override
    public Set<GroupId> publishes(String config) {
      return Set.of(READY);
    }

    @Override
    public Output create(String config, OutputContext context) {
      context.report(new OutputReport(Instant.EPOCH, Duration.ofMillis(1500), "the disk is full"));
      context.metrics().gauge("rgap_output_failing", "f").set(1);
      context.metrics().gauge("rgap_output_last_success_timestamp_seconds", "s").set(1e9);
      context.metrics().counter("rgap_output_runs_total", "r", "result", "failed").increment();
      return new Output() {
        @Override
        public void start() {}

        @Override
        public void close() {}
      };
    }
  }

  final ManualClock clock = new ManualClock();
  final MemoryNetwork network = new MemoryNetwork();
  final Listener listener;
  final Subject subject;
  final HttpApi api;
  final Path socket;
  final int port;
  volatile boolean wasReady;
  volatile Reload reload = new Reload(true, List.of("group 7 added"), List.of(), List.of());
  private final HttpConfig config;

  /**
   * Starts it.
   *
   * @param directory for its socket
   * @param token what clients of TCP have to show; empty for nothing
   */
  TestApi(Path directory, String token) throws IOException {
    ListenerConfig listenerConfig =
        ListenerConfig.of(
                List.of(network.configured(HERE)),
                List.of(
                    GroupConfig.of(READY, KEY, Duration.ofSeconds(30))
                        .withAddresses(
                            List.of(IpNetwork.parse("0.0.0.0/0"), IpNetwork.parse("::/0"))),
                    GroupConfig.of(WAITING, KEY, Duration.ofSeconds(30)).withReadinessDelay(DELAY)),
                List.of(new ConfiguredOutput<>(new OutputId("out"), new IdleType(), "")))
            .withState(new StateConfig(directory.resolve("state"), true));
    listener =
        Listener.builder(listenerConfig).clock(clock).schedulers(name -> clock.scheduler()).build();
    listener.start();
    subject =
        new Subject(
            "9.9.9",
            listener.membership(),
            listener.metrics(),
            listener.stats(),
            listener::rejections,
            () -> listenerConfig,
            () -> wasReady,
            () -> reload,
            () -> Optional.of(new LastReload(Instant.EPOCH, reload)),
            listener::outputReports);
    api = new HttpApi(subject, Map.of(), clock.scheduler());
    socket = directory.resolve("s.sock");
    port = freePort();
    config =
        new HttpConfig(
            List.of(Endpoint.parse("127.0.0.1:" + port)),
            Set.of("lb.example.com"),
            token.isEmpty()
                ? Optional.empty()
                : Optional.of(Token.parse(token.getBytes(StandardCharsets.US_ASCII))),
            Optional.empty(),
            new HttpConfig.Socket(Optional.of(socket), WantedOwnership.KEPT));
    api.start(config);
  }

  HttpConfig config() {
    return config;
  }

  static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  void announce(String... addresses) {
    for (String address : addresses) {
      try (Agent agent =
          Agent.builder(new AgentConfig(READY, IpAddress.parse(address), KEY, Duration.ZERO))
              .clock(clock)
              .sinks(List.of(network.sink(HERE)))
              .build()) {
        agent.announceOnce();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Sends an announcement of an address for a group. */
  void send(GroupId group, String address, Duration ahead, PreSharedKey key, String sender) {
    long micros = clock.epochMicros() + ahead.toNanos() / 1_000;
    byte[] datagram =
        new AnnouncementSigner()
            .sign(new Announcement(group, micros, IpAddress.parse(address)), key);
    network.send(HERE, datagram, new InetSocketAddress(InetAddress.ofLiteral(sender), 4000));
  }

  /** Asks by the socket. */
  Reply get(String path, String... headers) throws IOException {
    return ask(UnixDomainSocketAddress.of(socket), "GET", path, headers);
  }

  /** Asks by TCP. */
  Reply tcp(String method, String path, String... headers) throws IOException {
    return ask(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), method, path, headers);
  }

  static Reply ask(SocketAddress to, String method, String path, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.0\r\n");
    if (!String.join("", headers).contains("Host: ")) {
      request.append("Host: localhost\r\n");
    }
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    try (SocketChannel channel = SocketChannel.open(to)) {
      channel.write(StandardCharsets.US_ASCII.encode(request.append("\r\n").toString()));
      return reply(channel);
    }
  }

  static Reply reply(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    String[] parts = all.toString(StandardCharsets.UTF_8).split("\r\n\r\n", 2);
    Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String[] lines = parts[0].split("\r\n", -1);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      found.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
    }
    return new Reply(Integer.parseInt(lines[0].split(" ", -1)[1]), found, parts[1]);
  }

  @Override
  public void close() {
    api.close();
    listener.close();
  }
}
