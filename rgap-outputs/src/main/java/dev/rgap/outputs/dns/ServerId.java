package dev.rgap.outputs.dns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What tells a server from others that answer at the same address or for the same names: for
 * queries with the option NSID (RFC 5001), and for those for TXT records of class CH (RFC 4892).
 * Immutable.
 */
final class ServerId {

  private static final System.Logger LOG = System.getLogger(ServerId.class.getName());

  /** The longest one, as RFC 4892 allows for. */
  static final int MAX_LENGTH = 63;

  /** Where Linux tells the host's name, without anybody being asked. */
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private static final int OPTION_NSID = 3;
  private static final int TXT_FIXED = 12;

  /** The names that are asked for in class CH; BIND made up the second one. */
  private static final List<DomainName> NAMES =
      List.of(DomainName.parse("id.server"), DomainName.parse("hostname.bind"));

  /** The option. */
  final byte[] nsid;

  /** The record, in an answer to a question for one of the names. */
  final byte[] txt;

  private final byte[][] names = new byte[NAMES.size()][];

  /**
   * Makes one.
   *
   * @param text printable ASCII, at most {@value #MAX_LENGTH} bytes
   */
  ServerId(String text) {
    byte[] id = text.getBytes(StandardCharsets.US_ASCII);
    nsid = OptRecord.option(OPTION_NSID, id);
    txt =
        ByteBuffer.allocate(TXT_FIXED + 1 + id.length)
            .putShort((short) (0xc000 | Query.HEADER))
            .putShort((short) RecordType.TXT)
            .putShort((short) Query.CLASS_CHAOS)
            .putInt(0)
            .putShort((short) (1 + id.length))
            .put((byte) id.length)
            .put(id)
            .array();
    for (int i = 0; i < names.length; i++) {
      names[i] = NAMES.get(i).wire();
    }
  }

  /** The configured one; none, with a warning, if it is the host's name and that can't be told. */
  static Optional<ServerId> of(String configured) {
    return configured.equals(DnsConfig.HOST_NAME)
        ? hostName().map(ServerId::new)
        : Optional.of(new ServerId(configured));
  }

  private static Optional<String> hostName() {
    String name = "";
    try {
      name =
          Files.exists(HOST_NAME)
              ? Files.readString(HOST_NAME).strip()
              : InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      LOG.log(Level.DEBUG, "this host's name can't be resolved", e);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, HOST_NAME + " can't be read", e);
    }
    String shown = name.substring(0, Math.min(name.length(), MAX_LENGTH));
    if (!isPrintable(shown)) {
      LOG.log(
          Level.WARNING,
          "server_id: this host''s name can''t be told, so there is none (write one instead of"
              + " {0})",
          DnsConfig.HOST_NAME);
      return Optional.empty();
    }
    return Optional.of(shown);
  }

  /** Whether a text can be one. */
  static boolean isPrintable(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Whether a query of class CH asks for it. */
  boolean isAskedBy(Query query) {
    for (byte[] name : names) {
      if (Arrays.equals(query.name, 0, query.nameLength, name, 0, name.length)) {
        return query.type == RecordType.TXT || query.type == RecordType.ANY;
      }
    }
    return false;
  }
}
