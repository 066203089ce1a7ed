package dev.rgap.http;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.host.files.FileSettings;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.http.SettingFiles.Kind;
import dev.rgap.transport.Endpoint;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where a listener answers by HTTP, and whom: an immutable value.
 *
 * @param listen addresses of TCP
 * @param names by which clients may call the host, in lower case, besides {@code localhost} and
 *     addresses
 * @param token what clients of TCP have to show; if there is none, they need not, and may only read
 * @param tls what clients of TCP speak with, all of them; if there is nothing, none
 * @param socket the local administrator's socket
 */
@InternalApi
public record HttpConfig(
    List<Endpoint> listen,
    Set<String> names,
    Optional<Token> token,
    Optional<Tls> tls,
    Socket socket) {

  /**
   * The local administrator's socket.
   *
   * @param path where it is; by default in the runtime directory
   * @param ownership who may use it; by default its owner only
   */
  public record Socket(Optional<Path> path, WantedOwnership ownership) {}

  /** Only the socket. */
  public static final HttpConfig DEFAULT =
      new HttpConfig(
          List.of(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          new Socket(Optional.empty(), WantedOwnership.KEPT));

  /** What reading takes, which who goes by the default does not load. */
  private static final class Settings {
    static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    static final Reader<Boolean> YES_OR_NO = Readers.booleans();
  }

  /** Copies the collections. */
  public HttpConfig {
    listen = List.copyOf(listen);
    names = Set.copyOf(names);
  }

  /**
   * Reads the setting {@code http}, which may be absent.
   *
   * @param files reads what settings name
   */
  public static HttpConfig read(ConfigValue value, SettingFiles files) {
    if (value.isEmpty()) {
      return DEFAULT;
    }
    try (ConfigSection settings = value.settings()) {
      ConfigValue listen = settings.optional("listen");
      List<Endpoint> addresses = new ArrayList<>();
      List<ConfigValue> open = new ArrayList<>();
      for (ConfigValue item : listen.oneOrMore()) {
        Optional<Endpoint> address = item.as(HttpConfig::address);
        if (address.isPresent() && addresses.contains(address.get())) {
          item.error("is given twice", "remove one of the two");
        } else if (address.isPresent()) {
          addresses.add(address.get());
          if (!isLoopback(address.get())) {
            open.add(item);
          }
        }
      }
      Optional<Token> token =
          settings.read("token_file", name -> files.read(name, Kind.SECRET, Token::parse));
      Optional<Tls> tls = readTls(settings.optional("tls"), files);
      boolean insecure = settings.read("insecure", Settings.YES_OR_NO.orElse(false));
      for (ConfigValue item : open) {
        adviseOn(item, settings.has("token_file"), settings.has("tls"), insecure);
      }
      Set<String> names = new TreeSet<>();
      names.addAll(settings.list("names", Readers.parsed(HttpConfig::name)));
      for (Endpoint address : addresses) {
        names.add(address.host().toLowerCase(Locale.ROOT));
      }
      return new HttpConfig(addresses, names, token, tls, readSocket(settings.optional("socket")));
    }
  }

  private static void adviseOn(ConfigValue item, boolean token, boolean tls, boolean insecure) {
    if (insecure) {
      return;
    }
    if (!token) {
      item.error(
          "can be reached by others than this host, and everybody could ask",
          "give a token_file, listen on 127.0.0.1, or write 'insecure: true' if that is meant");
    } else if (!tls) {
      item.warning(
          "tokens and answers go over the network as they are",
          "give tls a certificate, put a proxy with TLS before it, or write 'insecure: true' if"
              + " that is meant");
    }
  }

  private static Optional<Tls> readTls(ConfigValue value, SettingFiles files) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try (ConfigSection settings = value.settings()) {
      ConfigValue certificate = settings.required("certificate_file", "name a file in PEM");
      ConfigValue key = settings.required("key_file", "name the file with its key");
      Optional<List<X509Certificate>> chain =
          files.read(certificate, Kind.PUBLIC, Pem::certificates);
      if (chain.isEmpty()) {
        return Optional.empty(); // and it is not known of what kind the key has to be
      }
      Optional<Tls> tls = files.read(key, Kind.SECRET, content -> Tls.of(chain.get(), content));
      tls.ifPresent(found -> adviseOn(certificate, found));
      return tls;
    }
  }

  private static void adviseOn(ConfigValue certificate, Tls tls) {
    Instant now = Instant.now();
    if (tls.until().isBefore(now)) {
      certificate.warning(
          "the certificate has expired, at " + tls.until(), "renew it; clients refuse this one");
    } else if (tls.since().isAfter(now)) {
      certificate.warning(
          "the certificate is not valid before " + tls.since(), "clients refuse it until then");
    }
  }

  private static Socket readSocket(ConfigValue value) {
    if (value.isEmpty()) {
      return DEFAULT.socket();
    }
    try (ConfigSection settings = value.settings()) {
      return new Socket(
          settings.read("path", FileSettings.file()), FileSettings.ownership(settings));
    }
  }

  private static Endpoint address(String text) {
    Endpoint address = Endpoint.parse(text);
    if (address.via() != null) {
      throw new IllegalArgumentException("'" + text + "': an interface can't be chosen here");
    }
    return address;
  }

  private static String name(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (!Settings.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no name of a host");
    }
    return name;
  }

  private static boolean isLoopback(Endpoint address) {
    String host = address.host();
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]+){3}");
  }
}
