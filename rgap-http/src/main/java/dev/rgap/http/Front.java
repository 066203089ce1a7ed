package dev.rgap.http;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * Decides who may ask, has {@link Routes} answer, and sends the answer.
 *
 * <p>A client of TCP has to call the host by a name that is its own: a page of somebody else's site
 * that has its name lead here ("DNS rebinding") can't. It has to show the token, if there is one.
 */
final class Front extends Handler.Abstract {

  private static final System.Logger LOG = System.getLogger(Front.class.getName());

  private static final String BEARER = "bearer ";

  private final Routes routes;
  private final Supplier<HttpConfig> config;
  private final Traffic traffic;

  Front(Routes routes, Supplier<HttpConfig> config, Traffic traffic) {
    this.routes = routes;
    this.config = config;
    this.traffic = traffic;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    // A request that waits for news is not idle; one that takes nothing of its answer is.
    request.addIdleTimeoutListener(e -> false);
    Client client = Client.of(request);
    if (client != null) {
      client.asked();
    }
    try {
      send(answer(request), response);
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e); // the client has gone
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "a request could not be answered", e);
      callback.failed(e);
    } finally {
      if (client != null) {
        client.answered();
      }
    }
    return true;
  }

  private Answer answer(Request request) {
    try {
      boolean local =
          request.getConnectionMetaData().getConnector() instanceof Connections connections
              && connections.isLocal();
      HttpConfig present = config.get();
      if (!local && !isOwnName(Request.getServerName(request), present)) {
        return Answer.problem(
            421,
            "Misdirected Request",
            "this host is not known by that name; http.names can have it");
      }
      String path = Request.getPathInContext(request);
      Routes.Found found = routes.find(request.getMethod(), path);
      boolean shown = !local && showsToken(request, present.token());
      if (!local && !shown && present.token().isPresent() && !found.route().open()) {
        return Answer.problem(401, "Unauthorized", "a token is needed: Authorization: Bearer TOKEN")
            .with("WWW-Authenticate", "Bearer");
      }
      Call call =
          new Call(found.id(), parameters(request), request.getHeaders()::get, local || shown);
      if (found.route().writes() && !call.mayWrite()) {
        return Answer.problem(
            403, "Forbidden", "only the local socket or a token (http.token_file) allows that");
      }
      return found.route().action().answer(call);
    } catch (Refusal e) {
      return e.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.problem(503, "Service Unavailable", "the program is ending");
    }
  }

  private static Map<String, String> parameters(Request request) throws Refusal {
    Map<String, String> parameters = new HashMap<>();
    try {
      for (Fields.Field field : Request.extractQueryParameters(request)) {
        parameters.putIfAbsent(field.getName(), String.valueOf(field.getValue()));
      }
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("the parameters can't be read");
    }
    return parameters;
  }

  private static boolean isOwnName(String host, HttpConfig config) {
    String name = host.toLowerCase(Locale.ROOT);
    // No page's name leads to an address.
    return name.equals("localhost")
        || name.startsWith("[")
        || name.indexOf(':') >= 0
        || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        || config.names().contains(name);
  }

  private static boolean showsToken(Request request, Optional<Token> token) {
    String sent = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return token.isPresent()
        && sent != null
        && sent.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && token.get().is(sent.substring(BEARER.length()).strip());
  }

  private void send(Answer answer, Response response) throws IOException {
    traffic.answered(answer.status());
    setHead(answer, response);
    boolean stream = Events.isStream(answer);
    if (stream && response.getRequest().getMethod().equals("HEAD")) {
      return; // it would never end
    }
    try (OutputStream out = Content.Sink.asOutputStream(stream ? response : buffered(response))) {
      answer.body().write(out);
    }
  }

  private static Content.Sink buffered(Response response) {
    return Response.asBufferedSink(response.getRequest(), response);
  }

  private static void setHead(Answer answer, Response response) {
    response.setStatus(answer.status());
    var headers = response.getHeaders();
    if (!answer.type().isEmpty()) {
      headers.put(HttpHeader.CONTENT_TYPE, answer.type());
    }
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
    answer.headers().forEach(headers::put);
  }

  /** Answers what is no request, or could not be answered. */
  boolean answerFault(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Answer answer =
        Answer.problem(
            status,
            status < 500 ? "Bad Request" : "Internal Server Error",
            status < 500 ? "this is no request that can be understood" : "the log says more");
    try {
      send(answer, response);
      callback.succeeded();
    } catch (IOException | RuntimeException e) {
      callback.failed(e);
    }
    return true;
  }
}
