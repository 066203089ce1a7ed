package dev.rgap.transport;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.IpAddress;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a socket could not be bound, and what to do. Java knows the system's errors by their texts
 * only.
 */
@InternalApi
public final class BindFailure {

  private static final int FIRST_FREE_PORT = 1_024;

  /** More addresses than these would hide the message. */
  private static final int MOST_ADDRESSES = 8;

  private BindFailure() {}

  /**
   * What the system said, with what it means for this address.
   *
   * @param address null for all addresses
   */
  public static String explain(BindException e, @Nullable InetAddress address, int port) {
    String said = String.valueOf(e.getMessage());
    return said + hint(said, address, port);
  }

  private static String hint(String said, @Nullable InetAddress address, int port) {
    if (said.contains("in use")) {
      return " (another program is using the port: ss -tulpn, as root, shows which)";
    }
    if (said.contains("ermission denied")) {
      return port < FIRST_FREE_PORT
          ? " (a port below 1024 needs root or CAP_NET_BIND_SERVICE)"
          : "";
    }
    if (address == null || !said.contains("assign requested address")) {
      return "";
    }
    try {
      if (Interfaces.lacksIpv6(address)) {
        return ": " + Interfaces.noIpv6(address);
      }
      List<InetAddress> all = Interfaces.addresses();
      StringBuilder has = new StringBuilder();
      for (int i = 0; i < all.size() && i < MOST_ADDRESSES; i++) {
        has.append(i == 0 ? "" : ", ").append(IpAddress.describe(all.get(i)));
      }
      return " ("
          + IpAddress.describe(address)
          + " is no address of this host, which has "
          + has
          + (all.size() > MOST_ADDRESSES ? ", …" : "")
          + ")";
    } catch (SocketException unknown) {
      return " (is it an address of this host?)";
    }
  }
}
