package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rgap.agent.HealthCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A gRPC server, where Debian's python3-grpcio is installed, and servers that say what they are
 * told to, byte by byte.
 */
class GrpcCheckTest {

  private static final String PYTHON = "/usr/bin/python3";

  private static final String SETTINGS = "000000 04 00 00000000";

  @TempDir private Path directory;

  private static HealthCheck check(int port, String service, Map<String, ?> tls) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("address", (tls.isEmpty() ? "127.0.0.1:" : "localhost:") + port);
    settings.put("service", service);
    if (!tls.isEmpty()) {
      settings.put("tls", tls);
    }
    return Read.check("grpc", settings);
  }

  /** A gRPC server in a process of its own. */
  private record Server(Process process, int port) implements AutoCloseable {

    static Server start(String... arguments) throws Exception {
      assumeTrue(Files.isExecutable(Path.of(PYTHON)));
      assumeTrue(new ProcessBuilder(PYTHON, "-c", "import grpc").start().waitFor() == 0);
      Path program =
          Path.of(Objects.requireNonNull(Server.class.getResource("health_server.py")).toURI());
      List<String> command = new ArrayList<>(List.of(PYTHON, program.toString()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader said = process.inputReader(StandardCharsets.US_ASCII);
      return new Server(process, Integer.parseInt(said.readLine()));
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.destroy();
    }
  }

  @Test
  void believesAServer() throws Exception {
    try (Server server = Server.start("health")) {
      assertThat(Read.outcome(check(server.port(), "", Map.of()))).isEmpty();
      assertThat(Read.outcome(check(server.port(), "well", Map.of()))).isEmpty();
      assertThat(Read.outcome(check(server.port(), "ill", Map.of())))
          .isEqualTo("answers NOT_SERVING");
      assertThat(Read.outcome(check(server.port(), "empty", Map.of())))
          .isEqualTo("answers UNKNOWN");
      assertThat(Read.outcome(check(server.port(), "other", Map.of())))
          .isEqualTo("does not know the service 'other'");
      assertThat(Read.outcome(check(server.port(), "down", Map.of())))
          .isEqualTo("answers UNAVAILABLE: the disk is full");
      assertThat(check(server.port(), "well", Map.of()).label())
          .isEqualTo("grpc 127.0.0.1:" + server.port() + " well");
    }
  }

  @Test
  void saysThatAServerHasNoHealthService() throws Exception {
    try (Server server = Server.start("none")) {
      assertThat(Read.outcome(check(server.port(), "", Map.of())))
          .isEqualTo("has no health service (grpc.health.v1)");
    }
  }

  @Test
  void speaksTls() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("tls/good.p12"))) {
      store.load(in, "rgap-test".toCharArray());
    }
    Path key = directory.resolve("key");
    Path certificates = directory.resolve("certificates");
    Files.writeString(
        key, pem("PRIVATE KEY", store.getKey("server", "rgap-test".toCharArray()).getEncoded()));
    StringBuilder chain = new StringBuilder();
    for (Certificate each : store.getCertificateChain("server")) {
      chain.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(certificates, chain);
    Map<String, Path> tls = Map.of("ca_file", Peer.authority());
    try (Server server = Server.start("health", key.toString(), certificates.toString())) {
      assertThat(Read.outcome(check(server.port(), "well", tls))).isEmpty();
      assertThat(Read.outcome(check(server.port(), "ill", tls))).isEqualTo("answers NOT_SERVING");
      assertThat(Read.outcome(check(server.port(), "", Map.of("server_name", "x"))))
          .startsWith("TLS: its certificate is signed by nobody who is trusted");
      assertThat(Read.outcome(check(server.port(), "", Map.of())))
          .isEqualTo("closes the connection without an answer");
    }
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(content));
  }

  private static void say(Socket connection, String hex) throws IOException {
    connection.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** Frames that a server sends, and what comes of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A head with padding and rank, in two frames; a message in two; other frames between.
        SETTINGS
            + " 000000 04 01 00000000 000008 06 00 00000000 0102030405060708"
            + " 000008 01 28 00000001 01 0000000000 88 00 000000 09 04 00000001"
            + " 000008 07 00 00000000 00000001 00000000 000001 2a 00 00000001 00"
            + " 000005 00 08 00000001 01 000000 00 000004 00 00 00000001 00 02 08 01"
            + " 00000f 01 05 00000001 00 0b 677270632d737461747573 01 30"
            + " | ''",
        SETTINGS
            + " 000001 01 04 00000001 88 000007 00 00 00000001 01 00000002 08 01"
            + " 00000f 01 05 00000001 00 0b 677270632d737461747573 01 30"
            + " | its answer is no message of gRPC that can be read",
        SETTINGS
            + " 000001 01 04 00000001 88 000006 00 00 00000001 00 00000001 10"
            + " 00000f 01 05 00000001 00 0b 677270632d737461747573 01 30"
            + " | its answer is no HealthCheckResponse",
        SETTINGS + " 000001 01 05 00000001 8d | answers 404 of HTTP; does it speak gRPC there?",
        SETTINGS + " 000001 01 05 00000001 88 | answers without a status of gRPC",
        SETTINGS + " 000004 03 00 00000001 00000007 | ends the call: HTTP/2 error 7",
        SETTINGS + " 000008 07 00 00000000 00000000 0000000b | takes no calls: HTTP/2 error 11",
        SETTINGS + " 000001 00 08 00000001 09 | what it answers is no HTTP/2 that can be read",
        "485454502f312e3120343030 | what it answers is no HTTP/2; does it speak gRPC there?",
        "000000 06 00 00000000 | what it answers is no HTTP/2; does it speak gRPC there?",
        "000000 04 | closes the connection without an answer",
      })
  void readsFrames(String hex, String problem) throws Exception {
    try (Peer peer =
        new Peer(connection -> {
          say(connection, hex);
          connection.shutdownOutput();
          connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
      assertThat(Read.outcome(check(peer.port(), "", Map.of()))).isEqualTo(problem);
    }
  }

  @Test
  void endsWhenAServerSaysOtherThingsWithoutEnd() throws Exception {
    try (Peer peer =
        new Peer(connection -> {
          say(connection, SETTINGS);
          while (true) {
            say(connection, "000004 08 00 00000000 00000001");
          }
        })) {
      assertThat(Read.outcome(check(peer.port(), "", Map.of())))
          .isEqualTo("its answer has more than 64 KiB");
    }
  }

  @Test
  void endsWhenThereIsNoAnswer() throws Exception {
    try (Peer peer = Peer.silent()) {
      assertThat(Read.outcome(check(peer.port(), "", Map.of()), Duration.ofSeconds(1)))
          .isEqualTo("takes the connection, but does not answer within 1s");
    }
  }
}
