package dev.rgap.agent;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.text.Glob;
import dev.rgap.time.HostClock;
import dev.rgap.transport.HostInterfaces;
import dev.rgap.transport.HostInterfaces.Held;
import dev.rgap.transport.HostInterfaces.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Reads sources of addresses as people write them:
 *
 * <ul>
 *   <li>an address stands for itself;
 *   <li>{@code iface:NAME} or {@code @NAME}: what the interface of this name has; {@code *} and
 *       {@code ?} stand for any characters and any one;
 *   <li>{@code cidr:NETWORK}: what any interface has in this network;
 *   <li>{@code route:HOST}: what the system sends from to this host;
 *   <li>{@code dns:NAME}: what a name leads to;
 *   <li>{@code hostname}: what this host's own name leads to.
 * </ul>
 *
 * <p>All but the first may be followed by options, each behind a {@code ,}: {@code family=ipv4},
 * {@code family=ipv6} or {@code family=both} (without them it is one address, of IPv4 if there is
 * one), {@code temporary=yes}, {@code deprecated=yes} and {@code link-local=yes}, without which
 * such addresses of IPv6 are left out.
 */
@StableApi
public final class AddressSources {

  private static final String FORMS =
      "; it is an address, iface:NAME, cidr:NETWORK, route:HOST, dns:NAME or hostname";

  /** Connecting a UDP socket sends nothing: any port will do. */
  private static final int DISCARD = 9;

  /** Of this host; a process may have a thousand sources, which are asked together. */
  private static final HostInterfaces HOST =
      new UnchangedInterfaces(HostInterfaces.system())
          .remembered(HostClock.system(), Duration.ofMillis(100));

  private AddressSources() {}

  /**
   * Reads a source. Looks nothing up.
   *
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  public static AddressSource parse(String text) {
    return parse(text, HOST);
  }

  /** The same on a host with these interfaces. */
  static AddressSource parse(String text, HostInterfaces interfaces) {
    int comma = text.indexOf(',');
    String head = comma < 0 ? text : text.substring(0, comma);
    String spec = head.startsWith("@") ? "iface:" + head.substring(1) : head;
    int colon = spec.indexOf(':');
    String kind = colon < 0 ? spec : spec.substring(0, colon);
    String what = colon < 0 ? "" : spec.substring(colon + 1);
    try {
      AddressChoice choice =
          comma < 0 ? AddressChoice.DEFAULT : AddressChoice.parse(text.substring(comma + 1));
      return switch (kind) {
        case "iface" -> new OfInterface(text, new Glob(name(what)), interfaces, choice);
        case "cidr" -> new InNetwork(text, IpNetwork.parse(what), interfaces, choice);
        case "route" -> new TowardsHost(text, name(what), choice);
        case "dns" -> new OfName(text, name(what), choice);
        case "hostname" -> new OfName(text, "", choice);
        default -> literal(text);
      };
    } catch (BadAddressException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no source of addresses: " + e.getMessage() + FORMS, e);
    }
  }

  /** What was meant to be an address. */
  private static final class BadAddressException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    BadAddressException(String message) {
      super(message);
    }
  }

  private static AddressSource literal(String text) {
    try {
      return AddressSource.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      boolean meant = text.chars().allMatch(c -> "0123456789abcdefABCDEF.:/%[]".indexOf(c) >= 0);
      throw new BadAddressException(
          meant ? String.valueOf(e.getMessage()) : "'" + text + "' is not an IP address" + FORMS);
    }
  }

  private static String name(String what) {
    // No streams here: an agent that only repeats an address it finds has no other use for them.
    boolean spaces = false;
    for (int i = 0; i < what.length(); i++) {
      spaces |= what.charAt(i) <= ' ';
    }
    if (what.isEmpty() || spaces) {
      throw new IllegalArgumentException("a name has to stand behind the colon, without spaces");
    }
    return what;
  }

  private static List<IpAddress> required(List<IpAddress> found, String missing)
      throws IOException {
    if (found.isEmpty()) {
      throw new NoAddressException(missing);
    }
    return found;
  }

  private static final class OfInterface extends OfLinks {
    private final Glob name;
    private final AddressChoice choice;

    OfInterface(String label, Glob name, HostInterfaces interfaces, AddressChoice choice) {
      super(label, interfaces);
      this.name = name;
      this.choice = choice;
    }

    @Override
    List<IpAddress> search(List<Link> links) {
      List<IpAddress> found = new ArrayList<>();
      for (Link link : links) {
        if (link.up() && name.matches(link.name())) {
          found.addAll(choice.of(link.addresses()));
        }
      }
      return found;
    }

    @Override
    String missing(List<Link> links) {
      StringJoiner names = new StringJoiner(", ");
      for (Link link : links) {
        names.add(link.name());
        if (name.matches(link.name())) {
          return "the interface is down, or has no address that fits";
        }
      }
      return "there is no such interface (there are: " + names + ")";
    }
  }

  private static final class InNetwork extends OfLinks {
    private final IpNetwork network;
    private final AddressChoice choice;

    InNetwork(String label, IpNetwork network, HostInterfaces interfaces, AddressChoice choice) {
      super(label, interfaces);
      this.network = network;
      this.choice = choice;
    }

    @Override
    List<IpAddress> search(List<Link> links) {
      List<Held> held = new ArrayList<>();
      for (Link link : links) {
        if (link.up()) {
          for (Held each : link.addresses()) {
            if (network.contains(each.address())) {
              held.add(each);
            }
          }
        }
      }
      return choice.of(held);
    }

    @Override
    String missing(List<Link> links) {
      return "no interface that is up has an address in " + network + " that fits";
    }
  }

  private record TowardsHost(String label, String host, AddressChoice choice)
      implements AddressSource {

    @Override
    public List<IpAddress> find() throws IOException {
      List<Held> held = new ArrayList<>();
      IOException failure = null;
      for (InetAddress destination : InetAddress.getAllByName(host)) {
        try {
          held.add(new Held(source(destination)));
        } catch (IOException e) {
          failure = e;
        }
      }
      if (held.isEmpty() && failure != null) {
        throw failure;
      }
      return required(choice.of(held), "no address that fits leads to " + host);
    }

    private static IpAddress source(InetAddress destination) throws IOException {
      try (DatagramChannel probe = DatagramChannel.open(family(destination))) {
        probe.connect(new InetSocketAddress(destination, DISCARD));
        if (probe.getLocalAddress() instanceof InetSocketAddress local) {
          return IpAddress.of(local.getAddress());
        }
        throw new SocketException("the system does not say what it sends from");
      } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
        throw new SocketException("no route to " + IpAddress.describe(destination));
      }
    }

    private static StandardProtocolFamily family(InetAddress of) {
      return IpAddress.of(of).isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }
  }

  /**
   * What a name leads to.
   *
   * @param name empty for this host's own
   */
  private record OfName(String label, String name, AddressChoice choice) implements AddressSource {

    @Override
    public List<IpAddress> find() throws IOException {
      String wanted = name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name;
      List<Held> held = new ArrayList<>();
      try {
        for (InetAddress address : InetAddress.getAllByName(wanted)) {
          if (!address.isLoopbackAddress()) {
            held.add(new Held(IpAddress.of(address)));
          }
        }
      } catch (UnknownHostException e) {
        throw new UnknownHostException("the name " + wanted + " can't be resolved");
      }
      return required(choice.of(held), "the name " + wanted + " leads to no address that fits");
    }
  }
}
