package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.text.Digits;
import dev.rgap.text.Suggestion;
import dev.rgap.transport.Endpoint;
import dev.rgap.worker.check.HttpCheck.Headers;
import dev.rgap.worker.check.HttpCheck.StatusRange;
import dev.rgap.worker.check.HttpCheck.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads a {@link HttpCheck}. */
final class HttpCheckReader {

  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "OPTIONS");

  /** What the check itself sends. */
  private static final List<String> OWN_HEADERS =
      List.of("connection", "content-length", "transfer-encoding", "upgrade", "expect", "te");

  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final int MAX_URL = 2 * 1024;

  private static final List<StatusRange> SUCCESS = List.of(new StatusRange(200, 299, "2xx"));

  private static final Reader<Url> URL = Readers.parsed(HttpCheckReader::url);
  private static final Reader<String> METHOD = Readers.parsed(HttpCheckReader::method);
  private static final Reader<List<StatusRange>> STATUS =
      Readers.oneOrMore(
          Readers.parsed(HttpCheckReader::status),
          "is an empty list: no answer would do",
          "leave 'status' out for 2xx");
  private static final Reader<String> REGEX = Readers.parsed(HttpCheckReader::regex);

  private HttpCheckReader() {}

  /**
   * What a URL says.
   *
   * @param user name and password, if there are any
   */
  private record Url(Target target, Optional<String> user) {
    @Override
    public String toString() {
      return target.toString();
    }
  }

  static Optional<HealthCheck> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      Optional<Url> url =
          settings.require("url", "write for example http://127.0.0.1:8080/health", URL);
      String method = settings.read("method", METHOD.orElse("GET"));
      ConfigValue headerSetting = settings.optional("headers");
      Headers headers = headers(headerSetting, url.flatMap(Url::user));
      List<StatusRange> status = settings.read("status", STATUS).orElse(SUCCESS);
      Optional<String> text = settings.read("body", Readers.notEmptyText());
      Optional<String> regex = settings.read("body_matches", REGEX);
      ConfigValue tlsSetting = settings.optional("tls");
      Optional<TlsSettings> tls = tlsSetting.read(TlsSettings::read);
      if (method.equals("HEAD") && (settings.has("body") || settings.has("body_matches"))) {
        settings
            .optional("method")
            .error("HEAD asks for no body, and so none can be looked at", "write GET");
      }
      if (url.isEmpty()) {
        return Optional.empty();
      }
      if (!tlsSetting.isEmpty() && !url.get().target().secure()) {
        tlsSetting.error("has no effect on http", "write https in the url, or leave it out");
      }
      return Optional.of(
          new HttpCheck(
              url.get().target(),
              method,
              headers,
              status,
              new BodyMatch(text, regex),
              tls.orElse(TlsSettings.DEFAULT)));
    }
  }

  /** Quotes nothing of it: there may be a password in it. */
  private static Url url(String text) {
    if (text.length() > MAX_URL) {
      throw new IllegalArgumentException("is longer than " + MAX_URL + " characters");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1), e);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("has to begin with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("has no host that is a name or an address");
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException("what stands behind a # is sent to no server");
    }
    boolean secure = scheme.equals("https");
    int usual = secure ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    Endpoint address = Endpoint.parse(uri.getHost() + ":" + port);
    if (port == 0) {
      throw new IllegalArgumentException("port 0 can't be connected to");
    }
    String asked = URI.create(uri.toASCIIString()).getRawPath();
    String query = URI.create(uri.toASCIIString()).getRawQuery();
    Target target =
        new Target(
            secure,
            address,
            uri.getHost() + (port == usual ? "" : ":" + port),
            (asked.isEmpty() ? "/" : asked) + (query == null ? "" : "?" + query));
    return new Url(target, Optional.ofNullable(uri.getUserInfo()));
  }

  private static String method(String text) {
    if (METHODS.contains(text)) {
      return text;
    }
    String question = Suggestion.question(text.toUpperCase(Locale.ROOT), METHODS);
    throw new IllegalArgumentException(
        "must be one of "
            + String.join(", ", METHODS)
            + (question.isEmpty() ? "" : "; " + question));
  }

  private static StatusRange status(String text) {
    boolean hundred = text.length() == 3 && text.toLowerCase(Locale.ROOT).endsWith("xx");
    String digits = hundred ? text.charAt(0) + "00" : text;
    int from = Digits.only(digits, 10, 3) ? Integer.parseInt(digits) : 0;
    if (from < 200 || from > 599) {
      throw new IllegalArgumentException(
          "must be a status from 200 to 599, or all of a hundred, such as 2xx");
    }
    return new StatusRange(from, hundred ? from + 99 : from, text);
  }

  private static String regex(String text) {
    try {
      Pattern _ = Pattern.compile(text, BodyMatch.FLAGS);
      return text;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "is no regular expression: " + e.getDescription() + " at character " + (e.getIndex() + 1),
          e);
    }
  }

  private static Headers headers(ConfigValue setting, Optional<String> user) {
    List<String> lines = new ArrayList<>();
    int bytes = 0;
    for (ConfigValue.Named each : setting.named()) {
      Optional<String> value = each.value().text();
      String wrong = wrong(each.name());
      if (!wrong.isEmpty()) {
        each.value().error(wrong, "");
      } else if (value.isPresent() && !value.get().chars().allMatch(HttpCheckReader::isValue)) {
        each.value().error("has characters that a header can't have", "");
      } else if (value.isPresent()) {
        lines.add(each.name() + ": " + value.get().strip());
        bytes += lines.getLast().length();
      }
    }
    if (bytes > MAX_HEADER_BYTES) {
      setting.error("are longer than " + MAX_HEADER_BYTES / 1024 + " KiB in all", "");
    }
    Headers given = new Headers(lines);
    if (user.isEmpty()) {
      return given;
    }
    if (given.has("authorization")) {
      setting.error("have Authorization, and so has the url", "remove one of the two");
    }
    lines.add(
        "Authorization: Basic " + Base64.getEncoder().encodeToString(user.get().getBytes(UTF_8)));
    return new Headers(lines);
  }

  private static boolean isValue(int c) {
    return c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
  }

  private static String wrong(String name) {
    boolean token = !name.isEmpty();
    for (int i = 0; token && i < name.length(); i++) {
      char c = name.charAt(i);
      token = c < 0x80 && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }
    if (!token) {
      return "is no name of a header";
    }
    return OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))
        ? "is a header that the check sends itself"
        : "";
  }
}
