package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Load balancers that learn the members by DNS: nginx and HAProxy. */
@Execution(ExecutionMode.CONCURRENT)
class LoadBalancersIT {

  private static final String SERVICE = "_http._tcp." + NameServer.NAME;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private Path own;

  @BeforeEach
  void makeDirectory() throws Exception {
    own = Files.createDirectory(directory.resolve("balancer"));
  }

  private int nginx(NameServer server, int backend) throws Exception {
    String program = Tools.require("nginx", "nginx-light");
    int port = Programs.freePort();
    Path config =
        Programs.config(
            own,
            """
            daemon off;
            master_process off;
            pid %4$s/pid;
            error_log stderr notice;
            events {}
            http {
              access_log off;
              client_body_temp_path %4$s/body;
              proxy_temp_path %4$s/proxy;
              fastcgi_temp_path %4$s/fastcgi;
              uwsgi_temp_path %4$s/uwsgi;
              scgi_temp_path %4$s/scgi;
              resolver 127.0.0.1:%2$d valid=1s;
              resolver_timeout 5s;
              server {
                listen 127.0.0.1:%1$d;
                location / {
                  set $workers worker.example.com;
                  proxy_pass http://$workers:%3$d;
                }
              }
            }
            """
                .formatted(port, server.port(), backend, own));
    RunningProgram nginx =
        programs.start(
            Program.of(program, "-e", "stderr", "-p", own.toString(), "-c", config.toString()));
    nginx.log().await("built by|OS: ");
    return port;
  }

  @Test
  void nginxGoesWithTheMembers() throws Exception {
    try (NameServer server = NameServer.start(programs, directory, "2s", NameServer.WORKERS);
        WebServers web = new WebServers("127.0.0.2", "127.0.0.3", "127.0.0.4")) {
      int nginx = nginx(server, web.port());
      Eventually.equal(() -> WebServers.reached(nginx, 1), Set.of("502"));

      server.join("127.0.0.2", "127.0.0.3");
      awaitReached(nginx, "127.0.0.2", "127.0.0.3");
      server.leave("127.0.0.3");
      server.join("127.0.0.4");
      awaitReached(nginx, "127.0.0.2", "127.0.0.4");
      // Who has left is not asked again, though he would answer.
      assertThat(WebServers.reached(nginx, 100)).doesNotContain("127.0.0.3", "502");
      server.leave("127.0.0.2", "127.0.0.4");
      awaitReached(nginx, "502");
      server.join("127.0.0.3");
      awaitReached(nginx, "127.0.0.3");
    }
  }

  private static void awaitReached(int balancer, String... addresses) throws Exception {
    Eventually.equal(() -> WebServers.reached(balancer, 30), DnsClient.set(addresses));
  }

  private int haproxy(NameServer server, String resolver, String template) throws Exception {
    String program = Tools.require("haproxy", "haproxy");
    int port = Programs.freePort();
    Path config =
        Programs.config(
            own,
            """
            global
              stats socket %5$s/stats level admin
            defaults
              mode http
              timeout connect 2s
              timeout client 5s
              timeout server 5s
            resolvers rgap
              nameserver rgap %3$s127.0.0.1:%2$d
              timeout resolve 200ms
              timeout retry 1s
              hold valid 200ms
              hold obsolete 1s
              # an empty group: HAProxy counts an answer without addresses among the other errors
              hold other 1s
              %4$s
            frontend front
              bind 127.0.0.1:%1$d
              default_backend workers
            backend workers
              balance roundrobin
              server-template w %6$s resolvers rgap resolve-prefer ipv4 init-addr none
            """
                .formatted(
                    port,
                    server.port(),
                    resolver.startsWith("tcp@") ? "tcp@" : "",
                    resolver.replace("tcp@", ""),
                    own,
                    template));
    RunningProgram _ = programs.start(Program.of(program, "-db", "-f", config.toString()));
    Eventually.see("its socket", () -> Files.exists(own.resolve("stats")), there -> there);
    return port;
  }

  /** The addresses of those of HAProxy's servers that are up. */
  private Set<String> serversUp() throws Exception {
    StringBuilder csv = new StringBuilder();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(own.resolve("stats")));
      channel.write(
          ByteBuffer.wrap("show servers state workers\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer.clear()) >= 0) {
        csv.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
      }
    }
    // The version, the headings, and then: be_id be_name srv_id srv_name srv_addr srv_op_state ...
    return csv.toString()
        .lines()
        .skip(2)
        .map(line -> line.split(" "))
        .filter(columns -> columns.length > 5 && columns[5].equals("2"))
        .map(columns -> columns[4])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource({"false, ''", "true, ''", "false, tcp@", "true, tcp@"})
  void haproxyGoesWithTheMembers(boolean services, String transport) throws Exception {
    try (WebServers web = new WebServers("127.0.0.2", "127.0.0.3", "127.0.0.4");
        NameServer server =
            NameServer.start(
                programs,
                directory,
                "2s",
                "mappings: {worker.example.com: {group: 1000}, %s: {group: 1000, port: %d}}"
                    .formatted(SERVICE, web.port()))) {
      String template = services ? "5 " + SERVICE : "5 " + NameServer.NAME + ":" + web.port();
      int haproxy = haproxy(server, transport, template);
      awaitReached(haproxy, "503");

      server.join("127.0.0.2", "127.0.0.3");
      awaitReached(haproxy, "127.0.0.2", "127.0.0.3");
      server.leave("127.0.0.3");
      server.join("127.0.0.4");
      awaitReached(haproxy, "127.0.0.2", "127.0.0.4");
      assertThat(WebServers.reached(haproxy, 100)).doesNotContain("127.0.0.3", "503");
      server.leave("127.0.0.2", "127.0.0.4");
      awaitReached(haproxy, "503");
      server.join("127.0.0.3");
      awaitReached(haproxy, "127.0.0.3");
    }
  }

  /** 60 members: more than fit in the 512 bytes that HAProxy takes by UDP if it isn't told more. */
  @ParameterizedTest
  @CsvSource({
    "worker.example.com:80, '', max_answers: 8",
    "worker.example.com:80, accepted_payload_size 1232, udp_max_payload: 1232",
    "worker.example.com:80, tcp@accepted_payload_size 8192, max_ttl: 1s",
    "_http._tcp.worker.example.com, '', max_answers: 3",
    "_http._tcp.worker.example.com, accepted_payload_size 8192, udp_max_payload: 8192",
    "_http._tcp.worker.example.com, tcp@accepted_payload_size 8192, max_ttl: 1s",
  })
  void haproxyFindsManyMembers(String name, String resolver, String spec) throws Exception {
    try (NameServer server =
        NameServer.start(
            programs,
            directory,
            "3s",
            "mappings: {worker.example.com: {group: 1000}, %s: {group: 1000, port: 80}}"
                .formatted(SERVICE),
            spec)) {
      String[] members = NameServer.many(60);
      Set<String> all = new TreeSet<>(Arrays.asList(members));
      int _ = haproxy(server, resolver, "70 " + name);
      server.join(members);
      if (spec.startsWith("max_answers")) {
        // Each answer holds some; HAProxy forgets who was not in it for 'hold obsolete'.
        Set<String> seen = new TreeSet<>();
        Eventually.see(
            "all of them, one after the other",
            () -> {
              Set<String> up = serversUp();
              assertThat(all).containsAll(up);
              seen.addAll(up);
              return seen;
            },
            all::equals);
      } else {
        Eventually.equal(this::serversUp, all);
      }
      server.leave(members[7]);
      all.remove(members[7]);
      Eventually.see(
          "it has left", this::serversUp, up -> !up.contains(members[7]) && !up.isEmpty());
      assertThat(all).containsAll(serversUp());
    }
  }
}
