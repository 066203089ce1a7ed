package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * At which addresses a UDP port is taken, as far as Linux tells: for the message of a name server
 * that can't have it.
 */
final class PortHolders {

  private static final System.Logger LOG = System.getLogger(PortHolders.class.getName());

  /** Where systemd-resolved answers the programs of its host. */
  private static final IpAddress RESOLVED = IpAddress.parse("127.0.0.53");

  private static final int MOST = 4;

  private final Path procNet;

  PortHolders() {
    this(Path.of("/proc/net"));
  }

  /** Those in tables in the form of Linux. */
  PortHolders(Path procNet) {
    this.procNet = procNet;
  }

  /** Who keeps a name server from a port, and what to do about it, if that is known. */
  Optional<String> explain(int port) {
    List<IpAddress> holders = at(port);
    if (holders.isEmpty()) {
      return Optional.empty();
    }
    StringJoiner taken = new StringJoiner(", ", "the port is taken at ", "");
    for (IpAddress holder : holders.subList(0, Math.min(holders.size(), MOST))) {
      taken.add(holder + (holder.equals(RESOLVED) ? " by systemd-resolved" : ""));
    }
    if (holders.size() > MOST) {
      taken.add("…");
    }
    return Optional.of(
        taken
            + ": name other addresses of this host, such as 192.0.2.53:"
            + port
            + (holders.contains(RESOLVED)
                ? ", or set DNSStubListener=no in /etc/systemd/resolved.conf"
                : ", or end what has it"));
  }

  private List<IpAddress> at(int port) {
    Set<IpAddress> found = new LinkedHashSet<>();
    for (String table : List.of("udp", "udp6")) {
      try {
        for (String line : Files.readAllLines(procNet.resolve(table))) {
          // number, local address:port, ...
          String[] fields = line.strip().split("\\s+", 3);
          String[] local = fields.length < 3 ? fields : fields[1].split(":", -1);
          if (local.length == 2 && local[1].equals("%04X".formatted(port))) {
            found.add(address(local[0]));
          }
        }
      } catch (IOException | IllegalArgumentException e) {
        LOG.log(Level.DEBUG, "this host's sockets can't be listed", e);
      }
    }
    return List.copyOf(found);
  }

  /** Each 32 bits are printed as the number that they would be in this machine's memory. */
  private static IpAddress address(String hex) {
    if (hex.length() == 8) {
      return new IpAddress(0, 0xFFFF_0000_0000L | word(hex, 0));
    }
    return new IpAddress(word(hex, 0) << 32 | word(hex, 8), word(hex, 16) << 32 | word(hex, 24));
  }

  private static long word(String hex, int from) {
    int word = Integer.parseUnsignedInt(hex.substring(from, from + 8), 16);
    return Integer.toUnsignedLong(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word);
  }
}
