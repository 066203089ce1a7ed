package dev.rgap.worker.address;

import com.fasterxml.jackson.core.JsonPointer;
import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.AddressSource;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.host.programs.CommandSettings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads sources of addresses that are written as a section of a file. */
final class SourceSection {

  /** How long a source may take unless more is said. */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final List<String> METHODS = List.of("GET", "POST", "PUT");

  private SourceSection() {}

  /** Reads a section with one of {@code http} and {@code command}, and what all have. */
  static Optional<AddressSource> read(ConfigValue item) {
    try (ConfigSection section = item.settings()) {
      Duration timeout =
          section.read(
              "timeout",
              Readers.durations()
                  .between(Duration.ofMillis(1), LONGEST)
                  .example("5s")
                  .orElse(TIMEOUT));
      AddressChoice choice =
          section
              .read("family", Readers.parsed(text -> AddressChoice.parseFamily("family=" + text)))
              .orElse(AddressChoice.DEFAULT);
      Optional<AddressSource> http = section.read("http", value -> http(value, timeout, choice));
      Optional<AddressSource> command =
          section
              .read("command", CommandSettings.argv())
              .map(argv -> new CommandSource(argv, timeout, choice));
      if (section.has("http") == section.has("command")) {
        item.error(
            section.has("http") ? "asks two sources" : "does not say whom to ask",
            "write either http or command; each source is an item of its own");
        return Optional.empty();
      }
      return section.has("http") ? http : command;
    }
  }

  private static Optional<AddressSource> http(
      ConfigValue value, Duration timeout, AddressChoice choice) {
    try (ConfigSection section = value.settings()) {
      Optional<WebRequest> request = request(section, "GET");
      Optional<JsonPointer> pointer = section.read("pointer", Readers.parsed(HttpSource::pointer));
      Optional<HttpSource.Token> token = section.read("token", SourceSection::token);
      boolean complete =
          request.isPresent()
              && pointer.isPresent() == section.has("pointer")
              && token.isPresent() == section.has("token");
      return complete
          ? Optional.of(
              new HttpSource(
                  new HttpSource.Config(
                      request.get(), pointer.orElse(null), token.orElse(null), timeout, choice)))
          : Optional.empty();
    }
  }

  private static Optional<HttpSource.Token> token(ConfigValue value) {
    try (ConfigSection section = value.settings()) {
      Optional<WebRequest> request = request(section, "PUT");
      Optional<String> header =
          section.require("header", Readers.parsed(SourceSection::headerName));
      return request.isPresent() && header.isPresent()
          ? Optional.of(new HttpSource.Token(request.get(), header.get()))
          : Optional.empty();
    }
  }

  private static Optional<WebRequest> request(ConfigSection section, String method) {
    Optional<URI> url =
        section.require(
            "url",
            "write for example http://169.254.169.254/latest/meta-data/local-ipv4",
            Readers.parsed(SourceSection::urlWithoutFragment));
    String chosen = section.read("method", Readers.parsed(SourceSection::method).orElse(method));
    Map<String, String> headers = section.read("headers", SourceSection::headers).orElse(Map.of());
    return url.map(given -> new WebRequest(given, chosen, headers));
  }

  private static URI urlWithoutFragment(String text) {
    URI url = WebRequest.url(text);
    if (url.getRawFragment() != null) {
      throw new IllegalArgumentException("has a # in it; a JSON pointer is given with pointer");
    }
    return url;
  }

  private static String method(String text) {
    if (!METHODS.contains(text)) {
      throw new IllegalArgumentException("must be GET, POST or PUT");
    }
    return text;
  }

  private static String headerName(String name) {
    WebRequest.checkHeader(name, "");
    return name;
  }

  private static Optional<Map<String, String>> headers(ConfigValue value) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (ConfigValue.Named each : value.named()) {
      each.value()
          .as(text -> {
            WebRequest.checkHeader(each.name(), text);
            return text;
          })
          .ifPresent(text -> headers.put(each.name(), text));
    }
    return Optional.of(headers);
  }
}
