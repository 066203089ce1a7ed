package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Programs that read files in which the documented examples put the members. */
@Execution(ExecutionMode.CONCURRENT)
class FileReadersIT {

  private static final Pattern TARGET = Pattern.compile("\"__address__\":\"(.*?):9100\"");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @BeforeEach
  void makeDirectories() throws Exception {
    Files.createDirectories(directory.resolve("run/rgap"));
  }

  @Test
  void prometheusFindsItsTargets() throws Exception {
    String prometheus = Tools.require("prometheus", "prometheus");
    int port = Programs.freePort();
    DocumentedExample example = new DocumentedExample("prometheus", directory);
    Path config = example.path("/etc/prometheus/prometheus.yml");
    Files.createDirectories(example.path("/etc/prometheus/rgap"));
    Files.writeString(config, example.block("prometheus"));
    RunningProgram listener = example.listener(programs, "2s", directory);
    try (Announcer announcer = example.announcer(programs)) {
      RunningProgram _ =
          programs.start(
              Program.of(
                  prometheus,
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + directory.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + port));
      announcer.join("127.0.0.2", "127.0.0.3", "::1");
      Eventually.equal(() -> targets(port), Set.of("127.0.0.2", "127.0.0.3", "[::1]"));
      announcer.leave("127.0.0.3");
      Eventually.equal(() -> targets(port), Set.of("127.0.0.2", "[::1]"));
      announcer.leave("127.0.0.2", "::1");
      Eventually.equal(() -> targets(port), Set.of());
      announcer.join("127.0.0.4");
      Eventually.equal(() -> targets(port), Set.of("127.0.0.4"));
    }
    listener.stop();
  }

  /** The addresses that Prometheus asks for metrics; "none" while it doesn't answer. */
  private static Set<String> targets(int port) {
    Set<String> targets = new TreeSet<>();
    try (var in =
        URI.create("http://127.0.0.1:" + port + "/api/v1/targets?state=active")
            .toURL()
            .openStream()) {
      Matcher matcher = TARGET.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      while (matcher.find()) {
        targets.add(matcher.group(1));
      }
    } catch (IOException e) {
      targets.add("none: " + e);
    }
    return targets;
  }

  @Test
  void dnsmasqAnswersTheMembers() throws Exception {
    String dnsmasq = Tools.require("dnsmasq", "dnsmasq-base");
    int port = Programs.freePort();
    DocumentedExample example = new DocumentedExample("dnsmasq", directory);
    Path config = example.makeRoomFor("/etc/dnsmasq.d/rgap.conf");
    Files.writeString(config, example.block("dnsmasq"));
    Path pid = example.path("/run/dnsmasq.pid");
    RunningProgram server =
        programs.start(
            Program.of(
                dnsmasq,
                "--keep-in-foreground",
                "--conf-file=" + config,
                "--pid-file=" + pid,
                "--log-facility=-",
                "--user=",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=127.0.0.1",
                "--port=" + port));
    server.log().await("started, ");
    RunningProgram listener = example.listener(programs, "2s", directory);
    try (Announcer announcer = example.announcer(programs)) {
      Eventually.equal(() -> addresses(port, "A"), Set.of("192.0.2.10"));
      announcer.join("10.0.0.1", "10.0.0.2", "2001:db8::1:1");
      Eventually.equal(() -> addresses(port, "A"), Set.of("10.0.0.1", "10.0.0.2"));
      Eventually.equal(() -> addresses(port, "AAAA"), Set.of("2001:db8::1:1"));
      announcer.leave("10.0.0.2");
      Eventually.equal(() -> addresses(port, "A"), Set.of("10.0.0.1"));
      announcer.leave("10.0.0.1", "2001:db8::1:1");
      Eventually.equal(() -> addresses(port, "A"), Set.of("192.0.2.10"));
    }
    listener.stop();
  }

  private static Set<String> addresses(int port, String type) throws Exception {
    return Dig.ask(port, NameServer.NAME, type).answer().stream()
        .map(Dig.Rec::data)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What is written is read as the messages that Envoy publishes, which knows no other fields. */
  @Test
  void envoyCanReadItsEndpoints() throws Exception {
    DocumentedExample example = new DocumentedExample("envoy", directory);
    Path config = example.config(programs, "15s");
    Path members = directory.resolve("members.yaml");
    Path endpoints = example.path("/etc/envoy/rgap/workers.json");
    for (String yaml : new String[] {"1000: []", "1000: [10.0.0.1]", "1000: [10.0.0.1, '::1']"}) {
      Files.writeString(members, yaml);
      String json =
          Program.rgap(
                  "render",
                  "-c",
                  config.toString(),
                  "--members",
                  members.toString(),
                  "-d",
                  endpoints.toString())
              .run();

      DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder();
      JsonFormat.parser()
          .usingTypeRegistry(
              TypeRegistry.newBuilder().add(ClusterLoadAssignment.getDescriptor()).build())
          .merge(json, response);
      assertThat(response.getResourcesList()).hasSize(1);
      Any resource = response.getResources(0);
      ClusterLoadAssignment assignment = resource.unpack(ClusterLoadAssignment.class);
      assertThat(assignment.getClusterName()).isEqualTo("workers");
      assertThat(
              assignment.getEndpoints(0).getLbEndpointsList().stream()
                  .map(each -> each.getEndpoint().getAddress().getSocketAddress())
                  .peek(address -> assertThat(address.getPortValue()).isEqualTo(8080))
                  .map(SocketAddress::getAddress))
          .hasSize(Math.toIntExact(yaml.chars().filter(c -> c == '.' || c == '\'').count() / 2))
          .allMatch(address -> yaml.contains(address));
    }
  }
}
