package dev.rgap.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who has started the program as a service, such as systemd, and wants to be told how it is, as
 * sd_notify(3) has it. Nobody, if there is no such one: then nothing is told. Safe for all threads.
 *
 * <p>It listens on a kind of socket that Java can't open. The launcher has opened one and has put
 * it in the place of standard input. What is written there never waits for more than a second: the
 * launcher has seen to that.
 */
public final class ServiceManager {

  /** Takes messages. */
  @FunctionalInterface
  public interface Socket {
    /** Sends one. */
    void send(byte[] message) throws IOException;
  }

  /** What the launcher has put there. No lambda, for which an agent would wait at its start. */
  private static final class Stdin implements Socket {
    // Never closed: another file would get the number.
    private final FileOutputStream stream = new FileOutputStream(FileDescriptor.in);

    @Override
    public void send(byte[] message) throws IOException {
      stream.write(message);
    }
  }

  /** Says where the socket is: {@code stdin}, or nowhere if it is not set. */
  private static final String VARIABLE = "RGAP_NOTIFY";

  /** After how many microseconds without a sign of life the program is ended. */
  private static final String WATCHDOG = "RGAP_WATCHDOG_USEC";

  private final @Nullable Socket socket;
  private final Duration watchdog;
  private volatile boolean failed;

  private ServiceManager(@Nullable Socket socket, Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /** The one that has started this program. */
  public static ServiceManager of(Environment environment) {
    if (!"stdin".equals(environment.variables().get(VARIABLE))) {
      return new ServiceManager(null, Duration.ZERO);
    }
    return new ServiceManager(new Stdin(), watchdog(environment.variables()));
  }

  /** One that listens here. */
  public static ServiceManager at(Socket socket, Duration watchdog) {
    return new ServiceManager(socket, watchdog);
  }

  private static Duration watchdog(Map<String, String> variables) {
    try {
      long micros = Long.parseLong(variables.getOrDefault(WATCHDOG, "0"));
      return Duration.ofNanos(Math.multiplyExact(Math.max(micros, 0), 1_000L));
    } catch (ArithmeticException | NumberFormatException e) {
      return Duration.ZERO;
    }
  }

  /** Whether there is one. */
  public boolean isPresent() {
    return socket != null;
  }

  /**
   * After how long without {@link #alive} it ends the program and starts it anew; zero if it does
   * not.
   */
  public Duration watchdog() {
    return watchdog;
  }

  /** The service is up, or what it was told to read again is in use, or is not. */
  public void ready() {
    send("READY=1");
  }

  /**
   * The service is about to read its configuration again.
   *
   * @param monotonicMicros when it began, by the monotonic clock
   */
  public void reloading(long monotonicMicros) {
    send("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicros);
  }

  /**
   * The service goes on ending for some time.
   *
   * @param atMost from now on
   */
  public void extend(Duration atMost) {
    send("EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(atMost.toNanos()));
  }

  /** The service begins to end. */
  public void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  /**
   * How the service is.
   *
   * @param text one line for people; every user of the host may see it
   */
  public void status(String text) {
    send("STATUS=" + text);
  }

  /** The service does its work. */
  public void alive() {
    send("WATCHDOG=1");
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      socket.send(message.getBytes(StandardCharsets.UTF_8));
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        failed = true;
        // Not looked up before: an agent that starts has no time for it.
        System.getLogger(ServiceManager.class.getName())
            .log(Level.WARNING, "can't tell the service manager how rgap is: " + e.getMessage());
      }
    }
  }
}
