package dev.rgap.http;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * Waits for clients at one address, on a thread of its own that needs nothing but the JDK, and
 * hands on who comes.
 */
final class Door implements AutoCloseable {

  private static final int STACK_BYTES = 128 << 10;

  /** Descriptors that have run out do not come back at once. */
  private static final long PAUSE_MILLIS = 200;

  private final String label;
  private final ServerSocketChannel channel;
  private final Consumer<SocketChannel> host;

  /**
   * Opens it.
   *
   * @param host takes over who has come; called one at a time
   */
  Door(String label, ServerSocketChannel channel, Consumer<SocketChannel> host) {
    this.label = label;
    this.channel = channel;
    this.host = host;
    Thread thread = new Thread(null, this::run, "rgap-http", STACK_BYTES, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    boolean failing = false;
    while (channel.isOpen()) {
      try {
        SocketChannel client = channel.accept();
        failing = false;
        host.accept(client);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException | Error e) {
        if (!failing) {
          failing = true;
          log().log(Level.WARNING, "no client can be let in at {0}: {1}", label, e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(Door.class.getName());
  }
}
