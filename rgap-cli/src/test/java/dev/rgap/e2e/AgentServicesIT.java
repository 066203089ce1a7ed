package dev.rgap.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents whose addresses a web service, a program or Kubernetes tells. */
class AgentServicesIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private final int port = Programs.freePort();

  AgentServicesIT() throws Exception {}

  private RunningProgram listener() throws Exception {
    return Programs.awaitReady(
        programs.start(
            Program.rgap(
                "listener",
                "-c",
                programs.config(directory, "127.0.0.1:" + port, "10m").toString())));
  }

  private Program agent(String... arguments) {
    return Program.rgap("agent", "-g", "1000", "-d", "127.0.0.1:" + port)
        .and(arguments)
        .with("RGAP_PSK", programs.key);
  }

  private static void joins(RunningProgram listener, String address) throws Exception {
    listener.log().await("host " + address + " has joined group 1000$");
  }

  private static void leaves(RunningProgram listener, String address) throws Exception {
    listener.log().await("host " + address + " has left group 1000$");
  }

  @Test
  void membershipFollowsAWebServiceAndOneThatHangsDelaysNothing() throws Exception {
    AtomicReference<String> answer = new AtomicReference<>("{\"ip\": \"192.0.2.1\"}");
    CountDownLatch hangs = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.createContext(
        "/",
        exchange -> {
          if (answer.get().isEmpty()) {
            try {
              hangs.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          byte[] body = answer.get().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      RunningProgram listener = listener();
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/?format=json#/ip";
      RunningProgram agent = programs.start(agent("-i", "200ms", "-a", url));
      joins(listener, "192.0.2.1");
      answer.set("{\"ip\": \"192.0.2.2\"}");
      joins(listener, "192.0.2.2");
      leaves(listener, "192.0.2.1");

      answer.set("");
      agent.log().await("does not answer in time; asking again at each interval");
      answer.set("{\"ip\": null}");
      hangs.countDown();
      leaves(listener, "192.0.2.2");
      assertThat(agent.log().matching("format=json")).isEmpty();
      agent.stop();
    } finally {
      hangs.countDown();
      server.stop(0);
    }
  }

  @Test
  void programsAndKubernetesTellOneThatAnnouncesOnce() throws Exception {
    RunningProgram listener = listener();
    Path file = Files.writeString(directory.resolve("ip"), "192.0.2.7\n");
    programs
        .start(
            agent(
                    "-a",
                    "k8s:POD_IPS,family=both",
                    "-a",
                    "k8s:" + file,
                    "-a",
                    "command:echo 192.0.2.9")
                .with("POD_IPS", "2001:db8::1,192.0.2.8"))
        .expectExit(0);
    for (String address : new String[] {"192.0.2.7", "192.0.2.8", "2001:db8::1", "192.0.2.9"}) {
      joins(listener, address);
    }
  }
}
