package dev.rgap.worker.address;

import com.fasterxml.jackson.core.JsonPointer;
import com.google.errorprone.annotations.concurrent.LazyInit;
import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.AddressSource;
import dev.rgap.protocol.IpAddress;
import dev.rgap.worker.address.WebClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a web service answers: an address as text, or somewhere in JSON. A token that is asked for
 * beforehand serves until it is refused.
 */
final class HttpSource implements AddressSource {

  private static final int MOST_OF_TOKEN = 8_192;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /**
   * A token.
   *
   * @param request tells it
   * @param header which header it is sent in
   */
  record Token(WebRequest request, String header) {}

  /**
   * What is asked, and what is made of it.
   *
   * @param pointer where in JSON the address is; null if the answer is text
   * @param token null if none is needed
   * @param timeout for everything
   */
  record Config(
      WebRequest request,
      @Nullable JsonPointer pointer,
      @Nullable Token token,
      Duration timeout,
      AddressChoice choice) {}

  private final Config config;

  /** The token that served last; null if there is none. Used by one thread at a time. */
  private @Nullable String held;

  /** Made when it is first needed. */
  @LazyInit private @Nullable WebClient client;

  HttpSource(Config config) {
    this.config = config;
  }

  static AddressSource parse(SourceLine line) {
    try {
      String text = line.what();
      URI whole = WebRequest.url(text);
      int end = text.indexOf('#');
      String fragment = whole.getFragment();
      return new HttpSource(
          new Config(
              new WebRequest(
                  end < 0 ? whole : WebRequest.url(text.substring(0, end)), "GET", Map.of()),
              fragment == null ? null : pointer(fragment),
              null,
              SourceSection.TIMEOUT,
              line.choice()));
    } catch (BadLineException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new BadLineException("what stands behind the colon " + e.getMessage());
    }
  }

  /**
   * Reads a JSON pointer.
   *
   * @throws IllegalArgumentException if it is none
   */
  static JsonPointer pointer(String text) {
    if (!text.isEmpty() && !text.startsWith("/")) {
      throw new IllegalArgumentException(
          "is no JSON pointer, which begins with a / and names the way: /network/0/address");
    }
    return JsonPointer.compile(text);
  }

  @Override
  public String label() {
    String pointer = config.pointer == null ? "" : "#" + config.pointer;
    return "http:" + config.request + pointer;
  }

  @Override
  public List<IpAddress> find() throws IOException {
    WebClient web =
        client != null
            ? client
            : new WebClient(config.token == null && config.request.headers().isEmpty());
    client = web;
    long deadline = System.nanoTime() + config.timeout.toNanos();
    boolean old = held != null;
    Answer answer = ask(web, deadline);
    if (old && (answer.status() == UNAUTHORIZED || answer.status() == FORBIDDEN)) {
      held = null; // it is over, most likely
      answer = ask(web, deadline);
    }
    if (!answer.isGood()) {
      held = null;
      throw new IOException(
          config.request.server()
              + " answers "
              + answer.status()
              + (answer.status() / 100 == 3
                  ? ", and leads elsewhere, which is followed at most five times, and never with"
                      + " headers or from https to http"
                  : ""));
    }
    return addresses(answer);
  }

  private Answer ask(WebClient web, long deadline) throws IOException {
    HttpRequest.Builder request = config.request.builder();
    Token token = config.token;
    if (token != null) {
      String value = held == null ? askForToken(web, token, deadline) : held;
      try {
        request.setHeader(token.header, value);
      } catch (IllegalArgumentException e) {
        // Without the cause, which has the token.
        throw new IOException(token.request.server() + " answers with something that is no token");
      }
      held = value;
    }
    return web.ask(config.request, request.build(), left(deadline));
  }

  private static String askForToken(WebClient web, Token token, long deadline) throws IOException {
    Answer answer = web.ask(token.request, token.request.builder().build(), left(deadline));
    String value = answer.body().strip();
    if (!answer.isGood() || value.isEmpty() || value.length() > MOST_OF_TOKEN) {
      throw new IOException(token.request.server() + " gives no token (" + answer + ")");
    }
    return value;
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private List<IpAddress> addresses(Answer answer) throws IOException {
    String server = config.request.server();
    String text = answer.body();
    if (config.pointer != null) {
      text = JsonText.at(config.pointer, text);
      if (text == null) {
        throw new IOException(
            "the answer of " + server + " has no text at " + config.pointer + " (" + answer + ")");
      }
    }
    List<IpAddress> found = AddressText.parse(text);
    if (found == null) {
      throw new IOException(
          "the answer of " + server + " is something else than an address (" + answer + ")");
    }
    return AddressText.chosen(config.choice, found, "the answer of " + server);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpSource source && source.config.equals(config);
  }

  @Override
  public int hashCode() {
    return config.hashCode();
  }
}
