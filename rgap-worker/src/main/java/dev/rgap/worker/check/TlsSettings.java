package dev.rgap.worker.check;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.text.FileFault;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a check looks at the certificate of who answers it.
 *
 * @param authorities a file with the certificates of those whose signatures count; without it they
 *     are those that Java knows. Read at each connection, so that a new one needs no reload
 * @param insecure whether any certificate will do
 * @param name which name it has to be for, and which is asked for; without it, that of the host
 */
record TlsSettings(Optional<Path> authorities, boolean insecure, Optional<String> name) {

  static final TlsSettings DEFAULT = new TlsSettings(Optional.empty(), false, Optional.empty());

  private static final long MAX_BYTES = 1 << 20;

  static Optional<TlsSettings> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      ConfigValue file = settings.optional("ca_file");
      Optional<Path> authorities = file.read(FileCheck.ABSOLUTE);
      boolean insecure = settings.read("insecure", Readers.booleans().orElse(false));
      Optional<String> name =
          settings.read("server_name", Readers.parsed(TlsSettings::checkedName));
      if (insecure && authorities.isPresent()) {
        file.warning("has no effect beside insecure: true", "remove one of the two");
      }
      if (authorities.isPresent()) {
        try {
          KeyStore _ = trusted(authorities.get());
        } catch (IOException | GeneralSecurityException e) {
          file.error(unreadable(authorities.get(), e), "it has to have certificates in PEM");
          return Optional.empty();
        }
      }
      return Optional.of(new TlsSettings(authorities, insecure, name));
    }
  }

  private static String checkedName(String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ':' || c == '/')) {
      throw new IllegalArgumentException("must be a name as certificates have them");
    }
    return text;
  }

  private static String unreadable(Path file, Exception e) {
    return "the file " + file + " can't be used: " + FileFault.reason(e);
  }

  private static KeyStore trusted(Path file) throws IOException, GeneralSecurityException {
    if (Files.exists(file) && (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES)) {
      throw new IOException("it is no file of at most 1 MiB");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
    } catch (CertificateException e) {
      throw new IOException("it has something else than certificates in it", e);
    }
    if (store.size() == 0) {
      throw new IOException("it has no certificate in it");
    }
    return store;
  }

  private SSLContext context() throws IOException {
    try {
      if (!insecure && authorities.isEmpty()) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      if (insecure) {
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      } else {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted(authorities.orElseThrow()));
        context.init(null, factory.getTrustManagers(), null);
      }
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException(
          authorities.map(file -> unreadable(file, e)).orElse("TLS: " + e.getMessage()), e);
    }
  }

  /**
   * Agrees on keys with who is at the other end of a connection, and looks at its certificate.
   *
   * @param host whose the certificate has to be if no other name is configured
   * @param protocols what may be spoken (ALPN); nothing: whatever it is
   * @return the connection to go on with
   * @throws IOException with a message for people
   */
  SSLSocket secure(Socket plain, String host, Deadline deadline, String... protocols)
      throws IOException {
    String expected = name.orElse(host);
    SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(plain, expected, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (!insecure) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return socket;
    } catch (SocketTimeoutException e) {
      throw new IOException("takes the connection, but agrees on no keys (TLS) " + deadline, e);
    } catch (EOFException | SocketException e) {
      throw new IOException("TLS: closes the connection at once; maybe it speaks without", e);
    } catch (SSLException e) {
      throw new IOException("TLS: " + reason(e, expected), e);
    }
  }

  private static String reason(SSLException e, String expected) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired (" + said + ")";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet (" + said + ")";
      }
      if (said.startsWith("No subject alternative") || said.startsWith("No name matching")) {
        return "its certificate is for others than " + expected + "; server_name can be another";
      }
      if (said.contains("unable to find valid certification path")) {
        return "its certificate is signed by nobody who is trusted; ca_file can name who is";
      }
      if (said.startsWith("Unsupported or unrecognized SSL message")) {
        return "it does not speak TLS";
      }
      if (cause instanceof EOFException) {
        return "closes the connection at once; maybe it speaks without";
      }
    }
    return Shown.line(String.valueOf(e.getMessage()), 200);
  }

  /**
   * Ends a connection, and sees to it that the next one looks at the certificate again: a session
   * that is resumed doesn't.
   */
  static void end(SSLSocket socket) {
    socket.getSession().invalidate();
    try {
      socket.close();
    } catch (IOException e) {
      // What the check has come to is known.
    }
  }

  /** Takes what comes. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
