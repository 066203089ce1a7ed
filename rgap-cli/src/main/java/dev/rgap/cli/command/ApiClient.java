package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.http.Tls;
import dev.rgap.text.DurationText;
import dev.rgap.text.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running listener, or agent: by its local socket, or by HTTP where an address is given. It
 * speaks HTTP/1.0, a connection for each question.
 */
final class ApiClient {

  static final Flag SOCKET =
      Flag.file("socket", Flag.NO_LETTER, "the program's local socket (default: the only one)");
  static final Flag URL =
      Flag.text("url", Flag.NO_LETTER, "URL", "ask by HTTP instead, http[s]://HOST:PORT");
  static final Flag TOKEN_FILE =
      Flag.file("token-file", Flag.NO_LETTER, "a file with the token for --url");
  static final Flag CA_FILE =
      Flag.file(
          "ca-file", Flag.NO_LETTER, "whose certificates to trust for https (default: Java's)");

  static final List<Flag> FLAGS = List.of(SOCKET, URL, TOKEN_FILE, CA_FILE);

  /** The greatest answer: a hundred thousand members or so. */
  private static final int MOST_BYTES = 64 << 20;

  /** What only reads is answered at once, but for the first one, which the server is loaded for. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A reload may have to wait for the programs of outputs. */
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(2);

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** What was answered. */
  record Answer(int status, String body) {

    boolean isGood() {
      return status / 100 == 2;
    }
  }

  private final SocketAddress address;
  private final String label;
  private final String host;
  private final String token;
  private final @Nullable SSLContext tls;

  private ApiClient(
      SocketAddress address, String label, String host, String token, @Nullable SSLContext tls) {
    this.address = address;
    this.label = label;
    this.host = host;
    this.token = token;
    this.tls = tls;
  }

  /** Finds what is asked where a command line doesn't say it. */
  @FunctionalInterface
  interface Finder {
    ApiClient find() throws Failure, IOException;
  }

  /** The listener that a command line means. */
  static ApiClient of(Arguments arguments, Environment environment) throws Failure, IOException {
    RunningSockets sockets = new RunningSockets(environment.variables(), HealthCommand.PROC);
    return of(arguments, "listener", sockets::listener);
  }

  /**
   * What a command line means.
   *
   * @param what is asked, for people
   */
  static ApiClient of(Arguments arguments, String what, Finder finder) throws Failure, IOException {
    String url = arguments.value(URL);
    if (url != null) {
      return byUrl(what, url, arguments.value(TOKEN_FILE), arguments.value(CA_FILE));
    }
    String socket = arguments.value(SOCKET);
    return socket == null ? finder.find() : bySocket(what, Path.of(socket));
  }

  private static ApiClient byUrl(
      String what, String url, @Nullable String tokenFile, @Nullable String authorities)
      throws Failure {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new Failure("'" + url + "' is no URL");
    }
    boolean secure = "https".equals(uri.getScheme());
    if (!(secure || "http".equals(uri.getScheme())) || uri.getHost() == null) {
      throw new Failure("'" + url + "': http://HOST:PORT or https://HOST:PORT is expected");
    }
    String name = uri.getHost();
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    String plain = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    InetSocketAddress address = new InetSocketAddress(plain, port);
    if (address.isUnresolved()) {
      throw new Failure("the name " + name + " can't be resolved");
    }
    String token = tokenFile == null ? "" : token(tokenFile);
    return new ApiClient(
        address,
        "the " + what + " at " + url,
        name + ":" + port,
        token,
        secure ? tls(authorities) : null);
  }

  private static SSLContext tls(@Nullable String authorities) throws Failure {
    try {
      return authorities == null
          ? SSLContext.getDefault()
          : Tls.trusting(Files.readAllBytes(Path.of(authorities)));
    } catch (IllegalArgumentException e) {
      throw new Failure("--ca-file " + authorities + ": " + e.getMessage());
    } catch (IOException e) {
      throw new Failure("--ca-file " + authorities + ": can't be read: " + FileFault.reason(e));
    } catch (GeneralSecurityException e) {
      throw new Failure("no TLS is to be had: " + e.getMessage());
    }
  }

  private static String token(String file) throws Failure {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new Failure("--token-file " + file + ": can't be read: " + FileFault.reason(e));
    }
  }

  /**
   * The one of a local socket.
   *
   * @param what is asked, for people
   */
  static ApiClient bySocket(String what, Path path) {
    return new ApiClient(
        UnixDomainSocketAddress.of(path), "the " + what + " at " + path, "localhost", "", null);
  }

  /** What is asked, for people. */
  String label() {
    return label;
  }

  Answer get(String path) throws IOException, Failure {
    return ask("GET", path);
  }

  /** Asks, and waits for the whole answer. */
  Answer ask(String method, String path) throws IOException, Failure {
    String request =
        method
            + " "
            + path
            + " HTTP/1.0\r\nHost: "
            + host
            + (token.isEmpty() ? "" : "\r\nAuthorization: Bearer " + token)
            + (method.equals("POST") ? "\r\nContent-Length: 0" : "")
            + "\r\n\r\n";
    Duration patience = method.equals("GET") ? PATIENCE : LONG_PATIENCE;
    AtomicBoolean late = new AtomicBoolean();
    try (SocketChannel channel = open()) {
      Thread _ = Thread.ofVirtual().start(() -> giveUp(channel, patience, late));
      channel.connect(address); // which waits, too, if many wait for it already
      byte[] sent = request.getBytes(StandardCharsets.US_ASCII);
      if (tls == null) {
        return parse(
            exchange(Channels.newInputStream(channel), Channels.newOutputStream(channel), sent));
      }
      try (SSLSocket socket = secure(channel.socket(), tls)) {
        return parse(exchange(socket.getInputStream(), socket.getOutputStream(), sent));
      }
    } catch (SSLHandshakeException e) {
      throw new Failure(
          label
              + " can't show that it is "
              + host
              + ": "
              + e.getMessage()
              + (e.getMessage() != null && e.getMessage().contains("path")
                  ? "; --ca-file can name the certificate that is to be trusted"
                  : ""));
    } catch (IOException e) {
      if (late.get()) {
        throw new Failure(label + " has not answered within " + DurationText.format(patience));
      }
      throw new Failure(label + " can't be asked: " + e.getMessage());
    }
  }

  private static void giveUp(SocketChannel channel, Duration patience, AtomicBoolean late) {
    try {
      Thread.sleep(patience);
      late.set(true);
      channel.close();
    } catch (InterruptedException | IOException e) {
      // Nobody interrupts it, and what can't be closed is waited for.
    }
  }

  private SocketChannel open() throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  /** The host has to have a certificate of the name that was asked for. */
  private SSLSocket secure(Socket plain, SSLContext context) throws IOException {
    int colon = host.lastIndexOf(':');
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain,
                    host.substring(0, colon).replaceAll("[\\[\\]]", ""),
                    Integer.parseInt(host.substring(colon + 1)),
                    true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static byte[] exchange(InputStream in, OutputStream out, byte[] request)
      throws IOException {
    out.write(request);
    out.flush();
    byte[] answer = in.readNBytes(MOST_BYTES + 1);
    if (answer.length > MOST_BYTES) {
      throw new IOException("the answer is too long");
    }
    return answer;
  }

  private static Answer parse(byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    String[] words = text.split(" ", 3);
    if (end < 0 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[0-9]{3}")) {
      throw new IOException("this is no answer in HTTP");
    }
    if (text.substring(0, end).toLowerCase(Locale.ROOT).contains("transfer-encoding")) {
      throw new IOException("the answer comes in pieces, which HTTP/1.0 does not know");
    }
    return new Answer(Integer.parseInt(words[1]), text.substring(end + 4));
  }
}
