package dev.rgap.worker.address;

import static dev.rgap.worker.address.WebServer.answer;
import static dev.rgap.worker.address.WebServer.text;

import dev.rgap.worker.address.WebServer.Head;
import java.nio.charset.StandardCharsets;

/** The metadata services of clouds, as far as they have addresses, and as strict as they are. */
final class CloudMetadata {

  private CloudMetadata() {}

  /** AWS, version 2: a token by PUT, which is over when a new one is given. */
  static final class Aws implements WebServer.Site {
    private int tokens;
    private volatile boolean over;

    /** From now on the tokens of before are refused. */
    void expire() {
      over = true;
    }

    @Override
    public synchronized byte[] answer(Head request) {
      if (request.header("X-Forwarded-For").isPresent()) {
        return WebServer.answer("403 Forbidden", "text/html", "");
      }
      if (request.line().equals("PUT /latest/api/token HTTP/1.1")) {
        int seconds =
            Integer.parseInt(request.header("X-aws-ec2-metadata-token-ttl-seconds").orElse("0"));
        if (seconds < 1 || seconds > 21_600) {
          return WebServer.answer("400 Bad Request", "text/html", "<h1>400 - Bad Request</h1>");
        }
        over = false;
        return text("AQAEA-token-" + ++tokens + "==");
      }
      boolean valid =
          !over
              && request
                  .header("X-aws-ec2-metadata-token")
                  .filter(("AQAEA-token-" + tokens + "==")::equals)
                  .isPresent();
      if (!valid) {
        return WebServer.answer("401 Unauthorized", "text/html", "<h1>401 - Unauthorized</h1>");
      }
      return switch (request.line()) {
        case "GET /latest/meta-data/local-ipv4 HTTP/1.1" -> text("172.31.5.6");
        case "GET /latest/meta-data/ipv6 HTTP/1.1" -> text("2001:db8::56");
        default -> WebServer.answer("404 Not Found", "text/html", "<h1>404 - Not Found</h1>");
      };
    }
  }

  /** Google's: a header, and no redirects or tokens. */
  static byte[] google(Head request) {
    if (!request.header("Metadata-Flavor").orElse("").equals("Google")) {
      return answer("403 Forbidden", "text/html", "Missing Metadata-Flavor:Google header.");
    }
    return request
            .line()
            .equals("GET /computeMetadata/v1/instance/network-interfaces/0/ip HTTP/1.1")
        ? lines(
            "HTTP/1.1 200 OK",
            "Metadata-Flavor: Google",
            "Content-Type: application/text",
            "ETag: 411261ca6c9e4a0e",
            "Server: Metadata Server for VM",
            "Content-Length: 10",
            "",
            "10.128.0.7")
        : answer("404 Not Found", "text/html", "not found");
  }

  /** Azure's: a header and a version; JSON, here in chunks. */
  static byte[] azure(Head request) {
    if (!request.header("Metadata").orElse("").equals("true")) {
      return answer(
          "400 Bad Request",
          "application/json",
          "{\"error\": \"Bad request. Required metadata header not specified\"}");
    }
    if (!request.line().equals("GET /metadata/instance/network?api-version=2021-02-01 HTTP/1.1")) {
      return answer("400 Bad Request", "application/json", "{\"error\": \"Bad request\"}");
    }
    String first = "{'interface':[{'ipv4':{'ipAddress':[{'privateIpAddress':'10.144.";
    String rest =
        "133.132','publicIpAddress':''}],'subnet':[{'address':'10.144.133.128','prefix':'26'}]},"
            + "'ipv6':{'ipAddress':[]},'macAddress':'0011AAFFBB22'}]}";
    return lines(
        "HTTP/1.1 200 OK",
        "Content-Type: application/json; charset=utf-8",
        "Transfer-Encoding: chunked",
        "",
        Integer.toHexString(first.length()),
        first.replace('\'', '"'),
        Integer.toHexString(rest.length()),
        rest.replace('\'', '"'),
        "0",
        "",
        "");
  }

  private static byte[] lines(String... lines) {
    return String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
  }
}
