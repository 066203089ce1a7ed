package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys as openssl writes them, and connections with them. */
class TlsTest {

  @TempDir private Path directory;
  @AutoClose private @Nullable TestApi opened;

  private TestApi api() throws IOException {
    TestApi made = opened;
    if (made == null) {
      made = new TestApi(directory, "");
      opened = made;
    }
    return made;
  }

  private static byte[] file(String name) {
    try (InputStream in = TlsTest.class.getResourceAsStream("tls/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Tls tls(String certificate, String key) {
    return Tls.of(Pem.certificates(file(certificate)), file(key));
  }

  private HttpConfig with(Tls tls) throws IOException {
    HttpConfig before = api().config();
    return new HttpConfig(
        before.listen(), before.names(), before.token(), Optional.of(tls), before.socket());
  }

  /** Asks by TLS, and trusts this certificate only. */
  private String ask(String authority, String... protocols) throws Exception {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), api().port);
        SSLSocket socket = secured(plain, authority)) {
      if (protocols.length > 0) {
        socket.setEnabledProtocols(protocols);
      }
      return ask(socket, "HTTP/1.0");
    }
  }

  private static SSLSocket secured(Socket plain, String authority) throws Exception {
    return (SSLSocket)
        Tls.trusting(file(authority))
            .getSocketFactory()
            .createSocket(plain, "localhost", plain.getPort(), true);
  }

  private static String ask(Socket socket, String version) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET /-/healthy " + version + "\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      answer.append((char) next);
      if (next == '}') {
        break;
      }
    }
    return answer.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "ec.crt, ec.key",
    "ec.crt, ec1.key",
    "rsa.crt, rsa.key",
    "rsa.crt, rsa1.key",
    "ed.crt, ed.key"
  })
  void eachKindOfKeyServes(String certificate, String key) throws Exception {

    api().api.reconfigure(with(tls(certificate, key)));

    assertThat(ask(certificate)).contains("200 OK", "healthy");
    assertThat(ask(certificate, "TLSv1.2")).contains("200 OK", "healthy");
    assertThat(api().get("/-/healthy").status()).as("by the local socket").isEqualTo(200);
    assertThat(tls(certificate, key)).isEqualTo(tls(certificate, key));
    assertThat(tls(certificate, key)).hasToString("certificate of CN=localhost");
  }

  @ParameterizedTest
  @CsvSource({
    "ecenc.key, the key is encrypted",
    "ecenc1.key, the key is encrypted",
    "ec.crt, there is no private key in it",
    "rsa.key, 'no key of the kind that the certificate is for, EC'",
  })
  void whatCanNotBeUsedIsNamedAndNotRepeated(String key, String expected) {
    assertThatThrownBy(() -> tls("ec.crt", key))
        .hasMessageContaining(expected)
        .hasMessageNotContaining("MIG");
    assertThatThrownBy(() -> Pem.certificates(file("ec.key")))
        .hasMessageContaining("no certificate");
    String cut = new String(file("ec.crt"), StandardCharsets.US_ASCII).replaceFirst("....\n", "\n");
    assertThatThrownBy(() -> Pem.certificates(cut.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRenewedCertificateIsForNewConnections() throws Exception {
    api().api.reconfigure(with(tls("rsa.crt", "rsa.key")));

    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), api().port);
        SSLSocket old = secured(plain, "rsa.crt")) {
      assertThat(ask(old, "HTTP/1.1")).contains("200 OK");

      assertThat(api().api.reconfigure(with(tls("ec.crt", "ec.key"))).made())
          .isEqualTo(List.of("http changed"));

      assertThat(ask(old, "HTTP/1.1")).contains("200 OK");
      assertThat(ask("ec.crt")).contains("200 OK");
      assertThatThrownBy(() -> ask("rsa.crt")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void olderProtocolsAndPlainTextAreRefused() throws Exception {
    api().api.reconfigure(with(tls("ec.crt", "ec.key")));

    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), api().port)) {
      assertThat(ask(plain, "HTTP/1.0")).doesNotContain("healthy");
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertThatThrownBy(() -> ask("ec.crt", "TLSv1.1")).isInstanceOf(IOException.class);
  }
}
