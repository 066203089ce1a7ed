package dev.rgap.worker.address;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/**
 * What is asked of a web server. Neither the values of headers nor what stands behind a {@code ?}
 * is ever shown: they may be secrets.
 *
 * @param url of http or https, without a fragment
 * @param headers each name and its value
 */
record WebRequest(URI url, String method, Map<String, String> headers) {

  WebRequest {
    headers = Map.copyOf(headers);
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  static URI url(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is no URL: " + e.getReason(), e);
    }
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new IllegalArgumentException("is no URL that begins with http:// or https://");
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "must not have a user and a password in it, as it is shown; send a header");
    }
    if (url.getHost() == null || url.getPort() > 0xffff) {
      throw new IllegalArgumentException("has no host, or a bad port");
    }
    return url;
  }

  /**
   * Checks a header.
   *
   * @throws IllegalArgumentException if it can't be sent; the message does not have the value
   */
  static void checkHeader(String name, String value) {
    HttpRequest.Builder builder = HttpRequest.newBuilder();
    try {
      builder.setHeader(name, "");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("this header can't be set", e);
    }
    try {
      builder.setHeader(name, value);
    } catch (IllegalArgumentException e) {
      // Without the cause, which has the value.
      throw new IllegalArgumentException("the value has characters that no header has");
    }
  }

  /** The request as it is sent. */
  HttpRequest.Builder builder() {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url).method(method, BodyPublishers.noBody());
    headers.forEach(builder::setHeader);
    return builder;
  }

  /** The server, for people. */
  String server() {
    return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
  }

  /** The URL, for people. */
  @Override
  public String toString() {
    return url.getScheme()
        + "://"
        + server()
        + url.getRawPath()
        + (url.getRawQuery() == null ? "" : "?...");
  }
}
