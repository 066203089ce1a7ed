package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty workers behind HAProxy and nginx, which give each request to one of them only, are
 * restarted some at a time while clients come. Each is a web server with an agent beside it, and is
 * restarted as units of systemd would be of which the agent's is {@code PartOf=} and {@code
 * After=} the server's and waits a little in its {@code ExecStopPost=}:
 *
 * <pre>
 *   stop:   SIGTERM to the agent, its end; {@link #GRACE}; the server closes its port, ends what it is at
 *   start:  {@link #DOWN} later the server, then the agent
 * </pre>
 *
 * <p>What the clients of both balancers have seen is left in {@code target/rolling-restarts.txt}.
 */
class RollingRestartIT {

  /** How often all workers are restarted; {@code -Drgap.rounds=20} for the long run. */
  private static final int ROUNDS = Integer.getInteger("rgap.rounds", 1);

  private static final int WORKERS = 20;
  private static final int AT_A_TIME = 5;
  private static final int CLIENTS = 6;

  /** From the agent's end until the server takes no request any more. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** How long a worker is gone. */
  private static final Duration DOWN = Duration.ofSeconds(2);

  /** How long a request takes. */
  private static final Duration REQUEST = Duration.ofMillis(20);

  private static final Path RESULTS = Path.of("target", "rolling-restarts.txt");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int port;
  private DocumentedBalancer haproxy;
  private DocumentedBalancer nginx;

  @BeforeEach
  void prepare() throws IOException {
    port = Programs.freePort();
    haproxy = DocumentedBalancer.haproxy(Files.createDirectory(directory.resolve("a")), port);
    nginx = DocumentedBalancer.nginx(Files.createDirectory(directory.resolve("b")), port);
  }

  private final class Worker {
    private final String address;
    private final boolean goodbye;
    private @Nullable HttpServer server;
    private @Nullable RunningProgram agent;

    Worker(int number, boolean goodbye) {
      this.address = "127.0.1." + number;
      this.goodbye = goodbye;
    }

    void start() throws IOException {
      InetSocketAddress own = new InetSocketAddress(InetAddress.ofLiteral(address), port);
      HttpServer made = HttpServer.create(own, 1_000);
      made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      byte[] body = address.getBytes(StandardCharsets.US_ASCII);
      made.createContext(
          "/",
          exchange -> {
            try {
              Thread.sleep(REQUEST);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      made.start();
      server = made;
      Program program =
          programs
              .agent(address, "-i", "1s")
              .and("-d", haproxy.example().destination())
              .and("-d", nginx.example().destination());
      agent = programs.start(goodbye ? program : program.and("--no-goodbye"));
    }

    void endAgent() throws Exception {
      if (agent != null) {
        agent.stop();
      }
    }

    void endServer() {
      if (server != null) {
        server.stop(10);
      }
    }
  }

  @Test
  void withGoodbyeNoRequestFails() throws Exception {
    List<List<String>> failures = restart(true);
    assertThat(failures).allSatisfy(seen -> assertThat(seen).isEmpty());
  }

  /** So that it is known that the other one would notice. */
  @Test
  void withoutGoodbyeRequestsFail() throws Exception {
    List<List<String>> failures = restart(false);
    assertThat(failures).allSatisfy(seen -> assertThat(seen).isNotEmpty());
  }

  /** What went wrong for the clients of HAProxy and of nginx. */
  private List<List<String>> restart(boolean goodbye) throws Exception {
    List<Worker> workers =
        IntStream.rangeClosed(1, WORKERS).mapToObj(i -> new Worker(i, goodbye)).toList();
    List<RunningProgram> listeners =
        List.of(haproxy.listener(programs, "15s"), nginx.listener(programs, "15s"));
    try {
      for (Worker worker : workers) {
        worker.start();
      }
      awaitAll(workers);
      RunningProgram _ = haproxy.start(programs);
      RunningProgram _ = nginx.start(programs);
      Eventually.see("haproxy", haproxy::reached, some -> !some.isEmpty());
      Eventually.see("nginx", nginx::reached, some -> !some.isEmpty());
      try (Visitors ofHaproxy = new Visitors(haproxy.port(), CLIENTS);
          Visitors ofNginx = new Visitors(nginx.port(), CLIENTS)) {
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < WORKERS; i += AT_A_TIME) {
            restart(workers.subList(i, i + AT_A_TIME));
            awaitAll(workers);
          }
        }
        note(goodbye, "HAProxy", ofHaproxy);
        note(goodbye, "nginx", ofNginx);
        assertThat(ofHaproxy.requests()).isGreaterThan(100L * ROUNDS);
        assertThat(ofNginx.requests()).isGreaterThan(100L * ROUNDS);
        return List.of(ofHaproxy.failures(), ofNginx.failures());
      }
    } finally {
      for (Worker worker : workers) {
        worker.endServer();
      }
      for (RunningProgram listener : listeners) {
        listener.stop();
      }
    }
  }

  private static void restart(List<Worker> some) throws Exception {
    for (Worker worker : some) {
      worker.endAgent();
    }
    Thread.sleep(GRACE.toMillis());
    for (Worker worker : some) {
      worker.endServer();
    }
    Thread.sleep(DOWN.toMillis());
    for (Worker worker : some) {
      worker.start();
    }
  }

  private void awaitAll(List<Worker> workers) throws Exception {
    for (DocumentedBalancer balancer : List.of(haproxy, nginx)) {
      Eventually.see(
          "all workers",
          balancer::members,
          text -> workers.stream().allMatch(worker -> text.contains(worker.address + ":")));
    }
  }

  private static void note(boolean goodbye, String balancer, Visitors visitors) throws IOException {
    List<String> lines = new ArrayList<>();
    if (Files.exists(RESULTS)) {
      lines.addAll(Files.readAllLines(RESULTS));
    }
    lines.add(
        "%s, %s goodbye: %d restarts, %d requests, %d failed"
            .formatted(
                balancer,
                goodbye ? "with" : "without",
                ROUNDS * WORKERS,
                visitors.requests(),
                visitors.failures().size()));
    Files.write(RESULTS, lines);
  }
}
