package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.HealthCheck;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Connections that are taken, or are not. */
class TcpCheckTest {

  private static HealthCheck to(String address) {
    return Read.check("tcp", Map.of("address", address));
  }

  @Test
  void passesWhereAConnectionIsTaken() throws Exception {
    try (Peer peer = Peer.silent()) {
      HealthCheck check = to("127.0.0.1:" + peer.port());

      assertThat(Read.outcome(check)).isEmpty();
      assertThat(check.label()).isEqualTo("tcp 127.0.0.1:" + peer.port());
    }
  }

  @Test
  void saysThatNothingListens() throws Exception {
    Peer peer = Peer.silent();
    HealthCheck check = to("127.0.0.1:" + peer.port());
    peer.close();

    assertThat(Read.outcome(check)).isEqualTo("connection refused: nothing listens there");
  }

  @Test
  void triesAllAddressesOfAName() throws Exception {
    try (Peer peer = Peer.silent()) {
      // The peer listens at one of those that it has.
      assertThat(Read.outcome(to("localhost:" + peer.port()))).isEmpty();
    }
  }

  @Test
  void saysWhichAddressOfANameRefuses() throws Exception {
    Peer peer = Peer.silent();
    HealthCheck check = to("localhost:" + peer.port());
    peer.close();

    assertThat(Read.outcome(check))
        .contains("127.0.0.1: connection refused: nothing listens there");
  }

  @Test
  void saysThatANameCantBeResolved() throws Exception {
    assertThat(Read.outcome(to("no-such-host.invalid:80")))
        .isEqualTo("the name no-such-host.invalid can't be resolved");
  }

  @Test
  void endsWhenNobodyTakesTheConnection() throws Exception {
    // A queue that is full takes nobody any more, and says nothing.
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(server.getLocalSocketAddress(), 100);
        } catch (SocketTimeoutException e) {
          break;
        }
      }

      assertThat(Read.outcome(to("127.0.0.1:" + server.getLocalPort()), Duration.ofMillis(100)))
          .isEqualTo("takes no connection within 100ms");
      for (Socket each : waiting) {
        each.close();
      }
    }
  }

  @Test
  void endsSoonWhenItsThreadIsInterrupted() throws Exception {
    try (Peer peer = Peer.silent()) {
      HealthCheck check =
          Read.check("http", Map.of("url", "http://127.0.0.1:" + peer.port() + "/"));
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> check.run(Duration.ofDays(1)))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
