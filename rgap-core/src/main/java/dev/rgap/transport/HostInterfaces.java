package dev.rgap.transport;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The network interfaces of a host and their addresses, as they are when somebody looks. */
@InternalApi
@FunctionalInterface
public interface HostInterfaces {

  /**
   * An interface.
   *
   * @param addresses in the kernel's order, IPv4 first
   */
  record Link(String name, boolean up, boolean loopback, List<Held> addresses) {
    /** Copies the list. */
    public Link {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * An address of an interface, with what the kernel says of it (IPv6 only).
   *
   * @param temporary made up for some hours, so that others don't recognize the host (RFC 8981)
   * @param deprecated still valid, and not to be used for anything new
   * @param tentative not valid yet, or found to be another host's
   */
  record Held(IpAddress address, boolean temporary, boolean deprecated, boolean tentative) {

    /** One of which nothing is said. */
    public Held(IpAddress address) {
      this(address, false, false, false);
    }
  }

  /**
   * All interfaces, by their index.
   *
   * @throws IOException if the system does not tell
   */
  List<Link> links() throws IOException;

  /** The same as these, remembered for a moment: for many who ask at about the same time. */
  default HostInterfaces remembered(HostClock clock, Duration moment) {
    return new RecentInterfaces(this, clock, moment);
  }

  /** This host's. */
  static HostInterfaces system() {
    return () -> {
      ProcNet.AddressFlags flags = ProcNet.HOST.addressFlags();
      List<Link> links = new ArrayList<>();
      for (NetworkInterface each : Interfaces.all()) {
        List<Held> held = new ArrayList<>();
        for (InetAddress address : Interfaces.addresses(each)) {
          held.add(flags.of(IpAddress.of(address)));
        }
        links.add(new Link(each.getName(), each.isUp(), each.isLoopback(), held));
      }
      return links;
    };
  }
}
