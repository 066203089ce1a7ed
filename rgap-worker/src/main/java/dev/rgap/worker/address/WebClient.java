package dev.rgap.worker.address;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks web servers, within limits: a time for all of it, and {@value #MOST_BYTES} bytes of answer.
 * No proxy is asked: it would be another host that the server sees.
 */
final class WebClient {

  static final int MOST_BYTES = 65_536;

  /**
   * An answer.
   *
   * @param type of the body, for people
   */
  record Answer(int status, String type, String body) {

    boolean isGood() {
      return status >= 200 && status < 300;
    }

    /** What it is, without its content, which may be secret. */
    @Override
    public String toString() {
      return status + ", " + type + ", " + body.length() + " characters";
    }
  }

  private final HttpClient client;

  /**
   * Has a thread until nobody knows it any more. The first one of a process takes long to make, as
   * all certificates are read that are trusted.
   *
   * @param follow whether redirects are followed, of which the JDK follows five, and none from
   *     https to http. Headers would be sent to whoever they lead to
   */
  WebClient(boolean follow) {
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(follow ? Redirect.NORMAL : Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  /**
   * Asks.
   *
   * @param timeout for everything
   * @throws IOException if there is no answer in time; with a message for people
   */
  Answer ask(WebRequest of, HttpRequest request, Duration timeout) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      HttpResponse<byte[]> response = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(
          response.statusCode(),
          shown(response.headers().firstValue("content-type").orElse("of no type")),
          new String(response.body(), StandardCharsets.UTF_8));
    } catch (TimeoutException e) {
      throw new IOException(of.server() + " does not answer in time", e);
    } catch (ExecutionException e) {
      throw new IOException(describe(of, e.getCause() == null ? e : e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      asked.cancel(true); // if it is not over
    }
  }

  private static String shown(String type) {
    int end = type.indexOf(';');
    String bare = end < 0 ? type : type.substring(0, end);
    return bare.length() > 60 || !bare.chars().allMatch(c -> c >= ' ' && c < 0x7f)
        ? "of an odd type"
        : bare;
  }

  private static String describe(WebRequest of, Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException) {
        return "the name " + of.url().getHost() + " can't be resolved";
      }
    }
    String why = failure.getMessage() == null ? "" : ": " + failure.getMessage();
    if (failure instanceof ConnectException) {
      return "can't connect to " + of.server() + why;
    }
    if (failure instanceof SSLException) {
      return "no TLS with " + of.server() + why;
    }
    return "no answer of " + of.server() + (why.isEmpty() ? ": " + failure : why);
  }
}
