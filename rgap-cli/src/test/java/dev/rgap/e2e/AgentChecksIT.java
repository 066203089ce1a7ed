package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A worker is a member while its web server is well, by a server that gets ill in several ways. */
@Execution(ExecutionMode.CONCURRENT)
class AgentChecksIT {

  private static final int HANGING = 0;
  private static final String JOINED = "host 192\\.0\\.2\\.1 has joined group 1000$";
  private static final String LEFT = "host 192\\.0\\.2\\.1 has left group 1000$";

  @AutoClose private final Programs programs = new Programs();
  @AutoClose private final ExecutorService threads = Executors.newCachedThreadPool();
  @TempDir private Path directory;
  private int udp;
  private int http;
  private HttpServer server;

  /** What is answered next; then whatever was answered last, again and again. */
  private final Queue<Integer> next = new ConcurrentLinkedQueue<>();

  private volatile int status = 200;
  private final AtomicInteger answers = new AtomicInteger();

  @BeforeEach
  void begin() throws IOException {
    udp = Programs.freePort();
    http = Programs.freePort();
    server = serve();
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
    server.stop(0);
  }

  private HttpServer serve() throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), http), 0);
    made.setExecutor(threads);
    made.createContext("/health", this::answer);
    made.start();
    return made;
  }

  private void answer(HttpExchange exchange) throws IOException {
    Integer given = next.poll();
    if (given != null) {
      status = given;
    }
    answers.incrementAndGet();
    try (exchange) {
      if (status == HANGING) {
        TimeUnit.MINUTES.sleep(1);
      }
      exchange.sendResponseHeaders(status, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RunningProgram listener() throws Exception {
    return Programs.awaitReady(
        programs.rgap(
            "listener", "-c", programs.config(directory, "127.0.0.1:" + udp, "10m").toString()));
  }

  private RunningProgram agent() throws Exception {
    Path file = directory.resolve("agent.yaml");
    Files.writeString(
        file,
        """
        announce:
        - group: 1000
          psk: %s
          address: 192.0.2.1
          interval: 200ms
          destinations: '127.0.0.1:%d'
          checks:
          - http: {url: 'http://127.0.0.1:%d/health'}
            interval: 300ms
            timeout: 200ms
            rise: 2
            fall: 3
          - file: {absent: '%s'}
            interval: 200ms
            fall: 1
        """
            .formatted(programs.key, udp, http, directory.resolve("drain")));
    return programs.rgap("agent", "-c", file.toString());
  }

  /** Waits until so many more requests were answered. */
  private void awaitAnswers(int more) throws Exception {
    int until = answers.get() + more;
    Eventually.see("answers", answers::get, count -> count >= until);
  }

  @Test
  void membershipFollowsRiseAndFall() throws Exception {
    RunningProgram listener = listener();
    RunningProgram agent = agent();
    listener.log().await(JOINED);
    assertThat(answers.get()).as("it had to pass twice").isGreaterThanOrEqualTo(2);

    for (int i = 0; i < 4; i++) {
      next.addAll(List.of(500, 500, 200)); // never three times in a row
    }
    awaitAnswers(13);
    assertThat(agent.log().matching(": failing")).isEmpty();

    status = 500;
    listener.log().await(LEFT, 1);
    agent.log().await("http://127.0.0.1:" + http + "/health: failing: answers 500");
    status = 200;
    listener.log().await(JOINED, 2);

    status = HANGING;
    listener.log().await(LEFT, 2);
    agent.log().await("failing: takes the connection, but does not answer");
    status = 200;
    listener.log().await(JOINED, 3);

    server.stop(0);
    listener.log().await(LEFT, 3);
    agent.log().await("failing: connection refused");
    server = serve();
    listener.log().await(JOINED, 4);

    Path drain = Files.createFile(directory.resolve("drain"));
    listener.log().await(LEFT, 4);
    Files.delete(drain);
    listener.log().await(JOINED, 5);
    assertThat(listener.log().matching("rejected a datagram")).isEmpty();
  }
}
