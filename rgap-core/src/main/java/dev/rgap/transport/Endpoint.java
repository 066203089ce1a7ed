package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.text.Digits;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where to listen or where to send to, as people write it:
 *
 * <ul>
 *   <li>{@code host:port}, {@code [ipv6]:port}, and {@code :port} for all addresses of this host;
 *       the port is a number or a name of services(5);
 *   <li>any of them followed by {@code @interface}, a network interface by name; to send by all
 *       whose names are like it, {@code *} and {@code ?} stand for any characters and any one;
 *   <li>or by {@code @address/prefixlen}, the interface that has an address in this network.
 * </ul>
 *
 * @param host a name or an address without brackets; empty for all addresses
 * @param port 0 to 65535
 * @param via the network interface, or null for the system's choice
 */
@StableApi
public record Endpoint(String host, int port, @Nullable InterfaceSelector via) {

  /** Where agents send to unless told otherwise. */
  public static final Endpoint DEFAULT = new Endpoint("239.82.71.65", 8271, null);

  private static final int MAX_LENGTH = 512;
  private static final int MAX_PORT = 65_535;

  /** Chooses a network interface. */
  public sealed interface InterfaceSelector {}

  /** The interface of this name. */
  public record ByName(String name) implements InterfaceSelector {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The interface that has an address in this network. */
  public record ByNetwork(IpNetwork network) implements InterfaceSelector {
    @Override
    public String toString() {
      return network.toString();
    }
  }

  /**
   * Reads an endpoint. Resolves neither hosts nor interfaces.
   *
   * @throws IllegalArgumentException with a message that says what is wrong where
   */
  public static Endpoint parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "an address has at most " + MAX_LENGTH + " characters, this has " + text.length());
    }
    int at = text.indexOf('@');
    String address = at < 0 ? text : text.substring(0, at);
    InterfaceSelector via = at < 0 ? null : parseInterface(text.substring(at + 1), text);

    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw bad(
          text,
          portNumber(address) < 0
              ? "the port is missing; expected host:port"
              : "a port alone is written :" + address);
    }
    if (address.endsWith("]")) {
      throw bad(text, "the port is missing; expected " + address + ":port");
    }
    int port = parsePort(address.substring(colon + 1), text);
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.isEmpty()) {
        throw bad(text, "nothing stands in the brackets; for all addresses write :port");
      }
      // Others stand there without need, but what is meant is clear.
      if (host.indexOf(':') >= 0) {
        host = ipv6(host, text);
      }
    } else if (host.indexOf(':') >= 0) {
      throw bad(text, "an IPv6 address must stand in brackets: [address]:port");
    }
    checkHost(host, text);
    return new Endpoint(host, port, via);
  }

  /** The address as all of them are shown, with its zone. */
  private static String ipv6(String host, String text) {
    int zone = host.indexOf('%');
    try {
      IpAddress address = IpAddress.parse(host);
      return address + (zone < 0 || address.isIpv4() ? "" : host.substring(zone));
    } catch (IllegalArgumentException e) {
      throw bad(text, e.getMessage());
    }
  }

  private static void checkHost(String host, String text) {
    if (host.indexOf('/') >= 0) {
      throw bad(text, "a network stands behind an @, and an address before it");
    }
    boolean numeric = !host.isEmpty();
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c == 0x7f || "[]/@\"'".indexOf(c) >= 0) {
        throw bad(text, "the host contains a character that neither a name nor an address has");
      }
      numeric &= c == '.' || (c >= '0' && c <= '9');
    }
    // What looks like IPv4 and is none ("10.0.0.256", "127.1") must not be looked up as a name.
    if (numeric) {
      try {
        IpAddress.parse(host);
      } catch (IllegalArgumentException e) {
        throw bad(text, e.getMessage());
      }
    }
  }

  private static int parsePort(String port, String text) {
    int number = portNumber(port);
    boolean name = !port.isEmpty() && Character.isLetter(port.charAt(0));
    if (number < 0 && name) {
      number = ServiceNames.port(port);
    }
    if (number < 0) {
      throw bad(
          text,
          "the port must be a number from 0 to "
              + MAX_PORT
              + (name ? ", or a name that /etc/services has" : ""));
    }
    return number;
  }

  /** A port in digits; −1 if it is none. */
  static int portNumber(String digits) {
    int number = Digits.only(digits, 10, 5) ? Integer.parseInt(digits) : -1;
    return number <= MAX_PORT ? number : -1;
  }

  private static InterfaceSelector parseInterface(String selector, String text) {
    if (selector.isEmpty()) {
      throw bad(text, "an interface name or a network must follow the @");
    }
    if (selector.indexOf('/') < 0) {
      for (int i = 0; i < selector.length(); i++) {
        char c = selector.charAt(i);
        if (c <= ' ' || c == 0x7f || c == '@') {
          throw bad(text, "an interface name has neither spaces nor @");
        }
      }
      return new ByName(selector);
    }
    try {
      return new ByNetwork(IpNetwork.parse(selector));
    } catch (IllegalArgumentException e) {
      throw bad(text, e.getMessage());
    }
  }

  private static IllegalArgumentException bad(String text, @Nullable String why) {
    return new IllegalArgumentException("bad address '" + text + "': " + why);
  }

  /** The same for all spellings of an endpoint. */
  String canonical() {
    String same = host.toLowerCase(Locale.ROOT);
    return new Endpoint(same.equals("::") ? "" : same, port, via).toString();
  }

  /** The endpoint as it can be read again. */
  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return shown + ":" + port + (via == null ? "" : "@" + via);
  }
}
