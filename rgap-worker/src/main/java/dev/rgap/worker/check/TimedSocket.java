package dev.rgap.worker.check;

import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.StringJoiner;

/**
 * A connection whose reads end at a deadline, however little comes with each, and soon after their
 * thread was interrupted. What is written has to be so little that the system takes it at once.
 */
final class TimedSocket extends Socket {

  /** How soon a thread that reads notices that it was interrupted. */
  private static final int LONGEST_WAIT_MILLIS = 100;

  private final Deadline deadline;

  private TimedSocket(Deadline deadline) {
    this.deadline = deadline;
  }

  /** What is done by a deadline. */
  interface Exchange {
    void run(Deadline deadline) throws IOException;
  }

  /**
   * Does something within a time.
   *
   * @throws InterruptedException if the thread was interrupted
   */
  static void within(Duration timeout, Exchange exchange) throws IOException, InterruptedException {
    try {
      exchange.run(Deadline.in(timeout));
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  /**
   * Connects with the first address of a host that takes it.
   *
   * @throws IOException with a message for people if none does
   */
  static TimedSocket open(Endpoint target, Deadline deadline) throws IOException {
    InetAddress[] addresses = addresses(target.host());
    StringJoiner problems = new StringJoiner("; ");
    for (int i = 0; i < addresses.length; i++) {
      try {
        // One that hangs leaves the others their part of the time.
        int millis = deadline.millisLeft() / (addresses.length - i);
        return connected(addresses[i], target.port(), Math.max(1, millis), deadline);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        String at = IpAddress.describe(addresses[i]);
        problems.add((at.equals(target.host()) ? "" : at + ": ") + reason(e, deadline));
      }
    }
    throw new ConnectException(Shown.line(problems.toString(), 300));
  }

  private static InetAddress[] addresses(String host) throws IOException {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new UnknownHostException("the name " + host + " can't be resolved");
    }
  }

  private static TimedSocket connected(InetAddress address, int port, int millis, Deadline deadline)
      throws IOException {
    TimedSocket socket = new TimedSocket(deadline);
    try {
      socket.connect(new InetSocketAddress(address, port), millis);
      if (socket.getLocalPort() == port && address.equals(socket.getLocalAddress())) {
        // The system may choose the very port that it connects to, and TCP allows that.
        throw new ConnectException("Connection refused");
      }
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static String reason(IOException e, Deadline deadline) {
    String said = String.valueOf(e.getMessage());
    if (e instanceof SocketTimeoutException) {
      return "takes no connection " + deadline;
    }
    return said.startsWith("Connection refused")
        ? "connection refused: nothing listens there"
        : "can't be connected to: " + said;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        while (true) {
          setSoTimeout(Math.min(deadline.millisLeft(), LONGEST_WAIT_MILLIS));
          try {
            return in.read(into, offset, length);
          } catch (SocketTimeoutException e) {
            if (Thread.currentThread().isInterrupted()) {
              throw new InterruptedIOException();
            }
          }
        }
      }
    };
  }
}
