package dev.rgap.outputs.dns;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How many files and sockets this process may have open, as the system tells in {@code /proc}, and
 * what that leaves for connections.
 */
final class OpenFiles {

  private static final System.Logger LOG = System.getLogger(OpenFiles.class.getName());
  private static final String LIMIT = "Max open files";

  /** Kept for everything else that this process opens: files that are written, programs. */
  private static final int RESERVED = 32;

  /** So many connections are tried in any case. */
  private static final int LEAST = 4;

  private final Path process;

  /**
   * Makes it.
   *
   * @param process the directory of the process
   */
  OpenFiles(Path process) {
    this.process = process;
  }

  static OpenFiles ofThisProcess() {
    return new OpenFiles(Path.of("/proc/self"));
  }

  /** How many may be open; none where there is no limit or it isn't known. */
  OptionalLong limit() {
    try {
      for (String line : Files.readAllLines(process.resolve("limits"))) {
        if (line.startsWith(LIMIT)) {
          String soft = line.substring(LIMIT.length()).strip().split(" ", 2)[0];
          return OptionalLong.of(Long.parseLong(soft));
        }
      }
    } catch (IOException | NumberFormatException e) {
      LOG.log(Level.DEBUG, "there is no limit of open files, or it is not known", e);
    }
    return OptionalLong.empty();
  }

  private int open() {
    String[] open = process.resolve("fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  /**
   * How many connections each of several servers may have: as many as it wants, or what is left of
   * the files that may be open. If that is less, it is said.
   */
  int connections(int wanted, int servers) {
    OptionalLong limit = limit();
    if (limit.isEmpty()) {
      return wanted;
    }
    long left = (limit.getAsLong() - open() - RESERVED) / servers;
    int possible = (int) Math.min(wanted, Math.max(LEAST, left));
    if (possible < wanted) {
      LOG.log(
          Level.WARNING,
          "DNS by TCP: tcp.max_connections is {0}, but this process may have no more than {1} files"
              + " open: {2} connections are kept; raise the limit (ulimit -n, LimitNOFILE=) or"
              + " lower tcp.max_connections",
          Integer.toString(wanted),
          Long.toString(limit.getAsLong()),
          Integer.toString(possible));
    }
    return possible;
  }

  /**
   * Loads what lets virtual threads wait for sockets. The JDK does that when one waits for the
   * first time, and if there is no file descriptor left then, never again.
   *
   * @throws IOException if there is none left already
   */
  static void loadVirtualSockets() throws IOException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread waiting = Thread.ofVirtual().name("rgap-dns-tcp").start(() -> waitInVain(failure));
    try {
      waiting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure.get() != null) {
      throw new IOException(
          "can't wait for TCP connections: this process may have too few files open, most likely"
              + " (ulimit -n, LimitNOFILE=)",
          failure.get());
    }
  }

  private static void waitInVain(AtomicReference<Throwable> failure) {
    InetSocketAddress unknown = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DatagramSocket socket = new DatagramSocket(unknown)) {
      socket.setSoTimeout(1);
      socket.receive(new DatagramPacket(new byte[1], 1));
    } catch (SocketTimeoutException e) {
      LOG.log(Level.TRACE, "nothing came, as it should be", e);
    } catch (IOException | RuntimeException | Error e) {
      failure.set(e);
    }
  }
}
