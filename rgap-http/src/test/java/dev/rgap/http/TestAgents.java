package dev.rgap.http;

import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentReport.Check;
import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.agent.AgentReport.Sent;
import dev.rgap.agent.AgentReport.Source;
import dev.rgap.agent.AgentState;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.http.TestApi.Reply;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Agents that are as a test has them, and their API. */
final class TestAgents implements AutoCloseable {

  private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

  final Metrics metrics = new Metrics();
  volatile List<AgentReport> reports = List.of(report(1000, AgentState.ANNOUNCING, 7));
  volatile Optional<Reload> reload;
  volatile Optional<Duration> clockOffset = Optional.of(Duration.ofMillis(-1500));
  private final HttpApi api;
  private final Path socket;
  private final int port;

  /**
   * Starts it.
   *
   * @param directory for its socket
   * @param token what clients of TCP have to show; empty for nothing
   */
  TestAgents(Path directory, String token) throws IOException {
    this(
        directory,
        token,
        Optional.of(new Reload(true, List.of("group 7 added"), List.of(), List.of("a warning"))));
  }

  /**
   * The same.
   *
   * @param reload what comes of it; nothing if there is no configuration
   */
  TestAgents(Path directory, String token, Optional<Reload> reload) throws IOException {
    this.reload = reload;
    api = new HttpApi(subject(), Map.of());
    socket = directory.resolve("a.sock");
    port = TestApi.freePort();
    api.start(
        new HttpConfig(
            List.of(Endpoint.parse("127.0.0.1:" + port)),
            Set.of(),
            token.isEmpty()
                ? Optional.empty()
                : Optional.of(Token.parse(token.getBytes(StandardCharsets.US_ASCII))),
            Optional.empty(),
            new HttpConfig.Socket(Optional.of(socket), WantedOwnership.KEPT)));
  }

  AgentSubject subject() {
    return new AgentSubject(
        "9.9.9",
        metrics,
        () -> reports,
        () -> become(AgentState.DRAINING),
        () -> become(AgentState.ANNOUNCING),
        reload.map(given -> () -> reload.orElseThrow()),
        () -> clockOffset);
  }

  private void become(AgentState state) {
    reports = reports.stream().map(each -> report(each.group().bits(), state, 7)).toList();
  }

  /** How an agent is doing whose check fails and whose source can't tell. */
  static AgentReport report(long group, AgentState state, long sent) {
    return new AgentReport(
        new GroupId(group),
        "0123456789abcdef",
        state,
        SINCE,
        Duration.ofMillis(1500),
        List.of(IpAddress.parse("192.0.2.7")),
        List.of(
            new Source(
                "iface:eth0", List.of(IpAddress.parse("192.0.2.7")), Optional.of("it is down"))),
        List.of(
            new Check("tcp 127.0.0.1:80", CheckState.PASSING, SINCE, Optional.empty()),
            new Check(
                "http 127.0.0.1:81", CheckState.FAILING, SINCE, Optional.of("the status is 500"))),
        List.of(
            new Sent("192.0.2.1:8271", sent, 0, Optional.empty()),
            new Sent("lb.example.com:8271", 0, 2, Optional.of("the name can't be resolved"))));
  }

  /** Asks by the socket. */
  Reply ask(String method, String path) throws IOException {
    return TestApi.ask(UnixDomainSocketAddress.of(socket), method, path, "Content-Length: 0");
  }

  /** Asks by TCP. */
  Reply tcp(String method, String path, String... headers) throws IOException {
    return TestApi.ask(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), method, path, headers);
  }

  @Override
  public void close() {
    api.close();
  }
}
