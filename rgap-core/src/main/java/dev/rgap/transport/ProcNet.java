package dev.rgap.transport;

import dev.rgap.protocol.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * What Linux says in {@code /proc/net} about routes, joined groups and sockets, which Java has no
 * calls for. Other systems say nothing.
 */
final class ProcNet {

  /** This host's. */
  static final ProcNet HOST = new ProcNet(Path.of("/proc/net"), Path.of("/proc/self/fd"));

  /** What is known of something that may not be known. */
  enum Known {
    YES,
    NO,
    UNKNOWN
  }

  /** Looks at a table line by line. */
  @FunctionalInterface
  interface Lines {
    /** False if the rest need not be read. */
    boolean line(StringTokenizer words);
  }

  // Flags of a route: see rtnetlink(7) and linux/route.h.
  private static final int ROUTE_UP = 0x1;
  private static final int ROUTE_REJECT = 0x200;

  private final Path directory;

  /** Where the files are that this process has open. */
  private final Path own;

  ProcNet(Path directory) {
    this(directory, directory.resolve("fd"));
  }

  private ProcNet(Path directory, Path own) {
    this.directory = directory;
    this.own = own;
  }

  // --- routes ------------------------------------------------------------------------------------

  /** The name of the interface that the most specific route to an address leads to, if known. */
  @Nullable String routeTo(InetAddress destination) {
    BestRoute best =
        destination instanceof Inet4Address
            ? new BestRoute(nativeOrder(destination.getAddress()), false)
            : new BestRoute(destination.getAddress(), true);
    return read(destination instanceof Inet4Address ? "route" : "ipv6_route", best)
        ? best.name
        : null;
  }

  /** The longest prefix wins, then the lowest metric, then the first. */
  private static final class BestRoute implements Lines {
    private final byte[] destination;
    private final boolean v6;
    private int bestLength = -1;
    private long bestMetric;
    @Nullable String name;

    BestRoute(byte[] destination, boolean v6) {
      this.destination = destination;
      this.v6 = v6;
    }

    @Override
    public boolean line(StringTokenizer words) {
      if (v6 && words.countTokens() == 10) {
        byte[] network = hex(words.nextToken());
        int length = Integer.parseInt(words.nextToken(), 16);
        skip(words, 3);
        long metric = Long.parseLong(words.nextToken(), 16);
        skip(words, 2);
        long flags = Long.parseLong(words.nextToken(), 16);
        consider(network, mask(length), length, metric, flags, words.nextToken());
      } else if (!v6 && words.countTokens() == 11) {
        String of = words.nextToken();
        if (!of.equals("Iface")) {
          byte[] network = hex(words.nextToken());
          skip(words, 1);
          long flags = Long.parseLong(words.nextToken(), 16);
          skip(words, 2);
          long metric = Long.parseLong(words.nextToken());
          byte[] mask = hex(words.nextToken());
          int length = 0;
          for (byte each : mask) {
            length += Integer.bitCount(each & 0xFF);
          }
          consider(network, mask, length, metric, flags, of);
        }
      }
      return true;
    }

    private void consider(
        byte[] network, byte[] mask, int length, long metric, long flags, String of) {
      boolean better = length > bestLength || (length == bestLength && metric < bestMetric);
      if (better && (flags & (ROUTE_UP | ROUTE_REJECT)) == ROUTE_UP && matches(network, mask)) {
        bestLength = length;
        bestMetric = metric;
        name = of;
      }
    }

    private boolean matches(byte[] network, byte[] mask) {
      for (int i = 0; i < destination.length; i++) {
        if (((destination[i] ^ network[i]) & mask[i]) != 0) {
          return false;
        }
      }
      return true;
    }

    private static byte[] mask(int length) {
      byte[] mask = new byte[16];
      for (int i = 0; i < length; i++) {
        mask[i / 8] |= (byte) (0x80 >> (i % 8));
      }
      return mask;
    }
  }

  // --- multicast groups --------------------------------------------------------------------------

  /** Whether an interface takes in what is sent to a group, whoever has joined it. */
  Known joined(InetAddress group, int index) {
    boolean v4 = group instanceof Inet4Address;
    byte[] bytes = v4 ? nativeOrder(group.getAddress()) : group.getAddress();
    Joined joined =
        new Joined(HexFormat.of().formatHex(bytes).toLowerCase(Locale.ROOT), index, !v4);
    if (!read(v4 ? "igmp" : "igmp6", joined)) {
      return Known.UNKNOWN;
    }
    return joined.found ? Known.YES : Known.NO;
  }

  private static final class Joined implements Lines {
    private final String group;
    private final String index;
    private final boolean v6;
    private boolean here;
    boolean found;

    Joined(String group, int index, boolean v6) {
      this.group = group;
      this.index = Integer.toString(index);
      this.v6 = v6;
    }

    @Override
    public boolean line(StringTokenizer words) {
      String first = words.hasMoreTokens() ? words.nextToken() : "";
      if (v6) {
        skip(words, 1);
        found |= first.equals(index) && words.hasMoreTokens() && words.nextToken().equals(group);
      } else if (words.countTokens() >= 4) {
        here = first.equals(index); // a line of an interface; those of its groups follow
      } else {
        found |= here && first.toLowerCase(Locale.ROOT).equals(group);
      }
      return !found;
    }
  }

  // --- addresses
  // -----------------------------------------------------------------------------------

  /** What is said of the addresses of IPv6; nothing where there is no such table. */
  AddressFlags addressFlags() {
    AddressFlags flags = new AddressFlags();
    read("if_inet6", flags);
    return flags;
  }

  /** Flags of addresses: see rtnetlink(7) and linux/if_addr.h. */
  static final class AddressFlags implements Lines {
    private static final int TEMPORARY = 0x01;
    private static final int DUPLICATE = 0x08;
    private static final int DEPRECATED = 0x20;
    private static final int TENTATIVE = 0x40;
    private static final int WORDS = 6;

    private final Map<IpAddress, Integer> flags = new HashMap<>();

    @Override
    public boolean line(StringTokenizer words) {
      if (words.countTokens() == WORDS) {
        byte[] bytes = hex(words.nextToken());
        skip(words, 3);
        int said = Integer.parseInt(words.nextToken(), 16);
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        flags.put(new IpAddress(halves.getLong(), halves.getLong()), said);
      }
      return true;
    }

    HostInterfaces.Held of(IpAddress address) {
      int said = flags.getOrDefault(address, 0);
      return new HostInterfaces.Held(
          address,
          (said & TEMPORARY) != 0,
          (said & DEPRECATED) != 0,
          (said & (TENTATIVE | DUPLICATE)) != 0);
    }
  }

  // --- sockets -----------------------------------------------------------------------------------

  /** How many UDP sockets are bound to a port of any address; -1 if that is not known. */
  int socketsAt(int port) {
    SocketsAt at = new SocketsAt(port);
    boolean v4 = read("udp", at);
    boolean v6 = read("udp6", at); // a kernel without IPv6 has none
    return v4 || v6 ? at.count : -1;
  }

  private static final class SocketsAt implements Lines {
    private final String end;
    int count;

    SocketsAt(int port) {
      end = ":" + HexFormat.of().withUpperCase().toHexDigits((short) port);
    }

    @Override
    public boolean line(StringTokenizer words) {
      skip(words, 1);
      if (words.hasMoreTokens() && words.nextToken().endsWith(end)) {
        count++;
      }
      return true;
    }
  }

  /**
   * A UDP socket.
   *
   * @param inode the system's number for it
   * @param drops datagrams that were dropped since it was made, as its buffer was full; 32 bits
   */
  record BoundSocket(long inode, long drops) {}

  /**
   * The UDP sockets that are bound to exactly this address, of this and other processes; none if
   * that is not known.
   */
  List<BoundSocket> socketsBoundTo(InetSocketAddress address, boolean v6) {
    byte[] octets = address.getAddress().getAddress();
    if (octets.length != (v6 ? 16 : 4)) {
      return List.of();
    }
    StringBuilder local = new StringBuilder(37);
    HexFormat format = HexFormat.of().withUpperCase();
    for (int i = 0; i < octets.length; i += 4) {
      byte[] word = {octets[i], octets[i + 1], octets[i + 2], octets[i + 3]};
      local.append(format.formatHex(nativeOrder(word)));
    }
    local.append(':').append(format.toHexDigits((short) address.getPort()));
    BoundTo bound = new BoundTo(local.toString());
    return read(v6 ? "udp6" : "udp", bound) ? bound.found : List.of();
  }

  private static final class BoundTo implements Lines {
    private final String local;
    final List<BoundSocket> found = new ArrayList<>();

    BoundTo(String local) {
      this.local = local;
    }

    @Override
    public boolean line(StringTokenizer words) {
      skip(words, 1);
      if (words.countTokens() == 12 && words.nextToken().equals(local)) {
        skip(words, 7);
        long inode = Long.parseLong(words.nextToken());
        skip(words, 2);
        found.add(new BoundSocket(inode, Long.parseLong(words.nextToken())));
      }
      return true;
    }
  }

  /** Whether this process has this socket open. */
  boolean isOwn(long inode) {
    Path wanted = Path.of("socket:[" + inode + "]");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
      for (Path file : files) {
        if (leadsTo(file, wanted)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  private static boolean leadsTo(Path link, Path wanted) {
    try {
      return Files.readSymbolicLink(link).equals(wanted);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // it was closed meanwhile
    }
  }

  // --- tables ------------------------------------------------------------------------------------

  /** False if there is no such table, or none that is understood. */
  private boolean read(String table, Lines lines) {
    try (BufferedReader reader =
        Files.newBufferedReader(directory.resolve(table), StandardCharsets.ISO_8859_1)) {
      String line = reader.readLine();
      while (line != null && lines.line(new StringTokenizer(line))) {
        line = reader.readLine();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static void skip(StringTokenizer words, int count) {
    for (int i = 0; i < count && words.hasMoreTokens(); i++) {
      words.nextToken();
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** IPv4 addresses are printed as the numbers that they would be in this machine's memory. */
  private static byte[] nativeOrder(byte[] address) {
    if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      return address;
    }
    return new byte[] {address[3], address[2], address[1], address[0]};
  }
}
