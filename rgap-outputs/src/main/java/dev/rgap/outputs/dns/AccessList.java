package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import java.net.InetAddress;
import java.util.List;

/** Decides whose queries are answered. */
final class AccessList {

  private final List<IpNetwork> allowed;

  /** Allows these networks; all, if there are none. */
  AccessList(List<IpNetwork> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  boolean allows(InetAddress client) {
    if (allowed.isEmpty()) {
      return true;
    }
    IpAddress address = IpAddress.of(client);
    for (IpNetwork network : allowed) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
