package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.HealthCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers of TLS with good certificates, bad ones, or none. */
class TlsSettingsTest {

  private static final Map<String, Object> TRUSTING = Map.of("ca_file", Peer.authority());

  private static Peer.Handler well(Peer peer, String certificate) {
    return Peer.secured(
        certificate,
        connection -> peer.answer(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  }

  private static Peer peer(String certificate) throws Exception {
    Peer peer = new Peer(_ -> {});
    peer.does(well(peer, certificate));
    return peer;
  }

  private static HealthCheck check(Peer peer, String host, Map<String, ?> tls) {
    return Read.check(
        "http", Map.of("url", "https://" + host + ":" + peer.port() + "/", "tls", tls));
  }

  @ParameterizedTest
  @CsvSource({
    "good, 127.0.0.1, ''",
    "good, localhost, ''",
    "other, localhost,"
        + " 'TLS: its certificate is for others than localhost; server_name can be another'",
    "other, 127.0.0.1,"
        + " 'TLS: its certificate is for others than 127.0.0.1; server_name can be another'",
    "expired, localhost, 'TLS: its certificate has expired (NotAfter: '"
  })
  void looksAtTheCertificate(String certificate, String host, String problem) throws Exception {
    try (Peer peer = peer(certificate)) {
      String outcome = Read.outcome(check(peer, host, TRUSTING));
      if (problem.isEmpty()) {
        assertThat(outcome).isEmpty();
      } else {
        assertThat(outcome).startsWith(problem);
      }
    }
  }

  @Test
  void trustsNobodyButAuthorities() throws Exception {
    try (Peer peer = peer("good")) {
      assertThat(Read.outcome(check(peer, "localhost", Map.of())))
          .isEqualTo(
              "TLS: its certificate is signed by nobody who is trusted; ca_file can name who is");
    }
  }

  @ParameterizedTest
  @CsvSource({"good", "other", "expired"})
  void looksAtNoCertificateIfToldSo(String certificate) throws Exception {
    try (Peer peer = peer(certificate)) {
      assertThat(Read.outcome(check(peer, "127.0.0.1", Map.of("insecure", true)))).isEmpty();
    }
  }

  @Test
  void expectsTheNameThatIsGiven() throws Exception {
    try (Peer peer = peer("other")) {
      Map<String, Object> tls = Map.of("ca_file", Peer.authority(), "server_name", "other.example");
      assertThat(Read.outcome(check(peer, "127.0.0.1", tls))).isEmpty();
    }
  }

  @Test
  void noticesACertificateThatChanges() throws Exception {
    try (Peer peer = peer("good")) {
      HealthCheck check = check(peer, "localhost", TRUSTING);
      assertThat(Read.outcome(check)).isEmpty();
      peer.does(well(peer, "expired"));
      assertThat(Read.outcome(check)).startsWith("TLS: its certificate has expired");
      peer.does(well(peer, "good"));
      assertThat(Read.outcome(check)).isEmpty();
    }
  }

  @Test
  void readsTheAuthoritiesAtEachConnection(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("ca.pem");
    Files.copy(Peer.authority(), file);
    try (Peer peer = peer("good")) {
      HealthCheck check = check(peer, "localhost", Map.of("ca_file", file));
      assertThat(Read.outcome(check)).isEmpty();
      Files.delete(file);
      assertThat(Read.outcome(check))
          .isEqualTo("the file " + file + " can't be used: no such file");
      Files.copy(Peer.authority(), file);
      assertThat(Read.outcome(check)).isEmpty();
    }
  }

  @Test
  void saysThatAServerSpeaksWithoutTls() throws Exception {
    try (Peer peer =
        new Peer(c ->
            c.getOutputStream()
                .write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
      assertThat(Read.outcome(check(peer, "localhost", TRUSTING)))
          .isEqualTo("TLS: it does not speak TLS");
    }
  }

  @Test
  void endsWhenTheHandshakeDrips() throws Exception {
    try (Peer peer =
        new Peer(connection -> {
          // A record of the handshake that is long, and comes slowly.
          connection.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
          while (true) {
            connection.getOutputStream().write(2);
            Thread.sleep(20);
          }
        })) {
      assertThat(Read.outcome(check(peer, "localhost", TRUSTING), Duration.ofSeconds(1)))
          .isEqualTo("takes the connection, but agrees on no keys (TLS) within 1s");
    }
  }
}
