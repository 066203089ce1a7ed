package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.data;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.LogCapture;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

/** Real sockets over loopback, some of which a test breaks. */
@Timeout(60)
class UdpServerTest {

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String NAME = "worker.example.com";

  private final TestServer answers =
      new TestServer(new TestConfig().map(NAME, GROUP)).join(GROUP, "10.0.0.1");

  /** What the next attempts to bind throw. */
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private final BlockingQueue<DatagramChannel> sockets = new LinkedBlockingQueue<>();

  private UdpServer serve() throws IOException {
    return new UdpServer(
        answers.service,
        0,
        port -> {
          Throwable failure = failures.poll();
          if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
          }
          if (failure instanceof Error error) {
            throw error;
          }
          DatagramChannel socket =
              DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, port));
          sockets.add(socket);
          return socket;
        });
  }

  private DatagramChannel nextSocket() throws Exception {
    return requireNonNull(sockets.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static List<String> ask(UdpServer server) throws IOException {
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(TIMEOUT_MILLIS);
      byte[] query = TestQuery.of(NAME, Type.A).bytes();
      client.send(new DatagramPacket(query, query.length, LOOPBACK, server.port()));
      DatagramPacket answer = new DatagramPacket(new byte[512], 512);
      client.receive(answer);
      return data(TestServer.parse(Arrays.copyOf(answer.getData(), answer.getLength())));
    }
  }

  @Test
  void aSocketThatFailsIsOpenedAgainWhateverThatThrows() throws Exception {
    try (LogCapture log = LogCapture.of(UdpServer.class.getName());
        UdpServer server = serve()) {
      DatagramChannel first = nextSocket();
      assertThat(ask(server)).containsExactly("10.0.0.1");
      failures.add(new IllegalStateException("odd"));
      failures.add(new NoClassDefFoundError("missing"));
      first.close();
      DatagramChannel second = nextSocket();

      assertThat(ask(server)).containsExactly("10.0.0.1");
      assertThat(second.getLocalAddress())
          .isEqualTo(new InetSocketAddress(LOOPBACK, server.port()));
      String label = "DNS 127.0.0.1:" + server.port();
      assertThat(log.lines(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith(label + ": receiving failed, trying again until it works");
      assertThat(log.lines(Level.INFO)).containsExactly(label + ": receiving again");
    }
  }

  @Test
  void aClosedServerGivesItsPortBack() throws Exception {
    UdpServer server = serve();
    server.close();

    try (DatagramSocket next = new DatagramSocket(server.port(), LOOPBACK)) {
      assertThat(next.getLocalPort()).isEqualTo(server.port());
    }
    server.close();
  }
}
