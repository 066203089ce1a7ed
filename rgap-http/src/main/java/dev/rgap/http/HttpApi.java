package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.api.InternalApi;
import dev.rgap.listener.Changes;
import dev.rgap.text.FileFault;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells about a listener, or about agents, by HTTP. Until the first client comes there is a thread
 * for each address and no more. Safe for all threads.
 */
@InternalApi
public final class HttpApi implements AutoCloseable {

  private static final int BACKLOG = 128;

  /** How long an address that can't be had waits to be tried again; twice as long each time. */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final Served served;
  private final Map<String, String> variables;
  private final Traffic traffic = new Traffic();
  private volatile HttpConfig config = HttpConfig.DEFAULT;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<Endpoint, Door> doors = new LinkedHashMap<>();

  @GuardedBy("lock")
  private HttpConfig.@Nullable Socket socketConfig;

  @GuardedBy("lock")
  private @Nullable LocalSocket socket;

  @GuardedBy("lock")
  private @Nullable Door socketDoor;

  @GuardedBy("lock")
  private @Nullable Engine engine;

  @GuardedBy("lock")
  private Scheduler.@Nullable Task retry;

  private volatile int missing;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * About a listener; closed to all still.
   *
   * @param variables the environment, which says where the local socket is
   */
  public HttpApi(Subject subject, Map<String, String> variables) {
    this(subject, variables, Scheduler.onThread("rgap-recent", HostClock.system()));
  }

  /**
   * The same with another thread.
   *
   * @param scheduler notes what happens, and tries again what could not be had; closed with this
   */
  HttpApi(Subject subject, Map<String, String> variables, Scheduler scheduler) {
    this(new ServedListener(subject, scheduler), variables);
  }

  /**
   * About agents; closed to all still.
   *
   * @param variables the environment, which says where the local socket is
   */
  public HttpApi(AgentSubject subject, Map<String, String> variables) {
    this(new ServedAgents(subject), variables);
  }

  private HttpApi(Served served, Map<String, String> variables) {
    this.served = served;
    this.variables = variables;
    traffic.register(served.metrics(), () -> connections(false), () -> connections(true));
  }

  private int connections(boolean byLocalSocket) {
    Engine running;
    synchronized (lock) {
      running = engine;
    }
    return running == null ? 0 : running.connections(byLocalSocket);
  }

  /**
   * Lets clients in.
   *
   * @throws IOException if an address can't be had. Without the local socket it goes on
   */
  public void start(HttpConfig wanted) throws IOException {
    Changes changes = apply(wanted);
    if (!changes.complete()) {
      throw new IOException(changes.failed().getFirst());
    }
  }

  /**
   * Goes by another configuration. Addresses that are in both are not touched, and what is under
   * way is not ended. What can't be had is tried again every few seconds.
   */
  public Changes reconfigure(HttpConfig wanted) {
    synchronized (lock) {
      Changes changes = apply(wanted);
      for (String each : changes.failed()) {
        log().log(Level.WARNING, "{0}; it is tried again and again", each);
      }
      tryLater(wanted, changes, FIRST_RETRY);
      return changes;
    }
  }

  @GuardedBy("lock")
  private void tryLater(HttpConfig wanted, Changes changes, Duration pause) {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    missing = changes.failed().size();
    if (missing > 0) {
      Scheduler scheduler = served.scheduler();
      retry =
          scheduler.at(
              scheduler.clock().nanoTime() + pause.toNanos(), () -> tryAgain(wanted, pause));
    }
  }

  private void tryAgain(HttpConfig wanted, Duration pause) {
    synchronized (lock) {
      if (closed || !config.equals(wanted)) {
        return;
      }
      Changes changes = apply(wanted);
      for (String made : changes.made()) {
        log().log(Level.INFO, "{0} at last", made);
      }
      Duration next = pause.multipliedBy(2);
      tryLater(wanted, changes, next.compareTo(LONGEST_RETRY) < 0 ? next : LONGEST_RETRY);
    }
  }

  /** How many addresses could not be had and are tried again. */
  public int missing() {
    return missing;
  }

  private Changes apply(HttpConfig wanted) {
    List<String> made = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    synchronized (lock) {
      if (closed) {
        return new Changes(made, failed);
      }
      boolean others =
          !config.token().equals(wanted.token())
              || !config.tls().equals(wanted.tls())
              || !config.names().equals(wanted.names());
      boolean otherToken = !config.token().equals(wanted.token());
      config = wanted;
      if (otherToken) {
        served.endStreams(); // who has shown the one before has to show this one
      }
      for (Endpoint address : List.copyOf(doors.keySet())) {
        if (!wanted.listen().contains(address)) {
          close(doors.remove(address));
          made.add("http " + address + " removed");
        }
      }
      for (Endpoint address : wanted.listen()) {
        if (!doors.containsKey(address)) {
          try {
            doors.put(address, open(address));
            made.add("http " + address + " added");
          } catch (IOException e) {
            failed.add("http: can't listen on " + address + ": " + e.getMessage());
          }
        }
      }
      boolean first = socketConfig == null; // the start does without the comparison's classes
      if (first || !wanted.socket().equals(socketConfig)) {
        if (!first) {
          made.add("http socket changed");
        }
        closeSocket();
        socketConfig = wanted.socket();
        openSocket(wanted.socket());
      }
      if (others && made.isEmpty()) {
        made.add("http changed");
      }
    }
    return new Changes(made, failed);
  }

  private Door open(Endpoint address) throws IOException {
    InetSocketAddress resolved =
        address.host().isEmpty()
            ? new InetSocketAddress(address.port())
            : new InetSocketAddress(address.host(), address.port());
    if (resolved.isUnresolved()) {
      throw new IOException("the name can't be resolved");
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(resolved, BACKLOG);
      return new Door(address.toString(), channel, client -> take(client, false));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @GuardedBy("lock")
  private void openSocket(HttpConfig.Socket wanted) {
    try {
      Optional<LocalSocket> opened = LocalSocket.open(served.kind(), wanted, variables);
      if (opened.isEmpty()) {
        log().log(Level.DEBUG, "there is no runtime directory, and so no socket for 'rgap status'");
        return;
      }
      socket = opened.get();
      socketDoor =
          new Door(
              opened.get().path().toString(), opened.get().channel(), client -> take(client, true));
    } catch (IOException | RuntimeException e) {
      log()
          .log(
              Level.WARNING,
              "there is no socket for ''rgap status'': {0}",
              e instanceof FileSystemException file
                  ? file.getFile() + ": " + FileFault.reason(file)
                  : String.valueOf(e.getMessage()));
    }
  }

  @GuardedBy("lock")
  private void closeSocket() {
    close(socketDoor);
    socketDoor = null;
    if (socket != null) {
      try {
        socket.remove();
      } catch (IOException e) {
        log().log(Level.DEBUG, "a socket stays behind", e);
      }
      socket = null;
    }
  }

  private static void close(@Nullable Door door) {
    try {
      if (door != null) {
        door.close();
      }
    } catch (IOException e) {
      log().log(Level.DEBUG, "an address could not be closed", e);
    }
  }

  private void take(SocketChannel client, boolean local) {
    Engine running;
    synchronized (lock) {
      if (closed) {
        Engine.drop(client);
        return;
      }
      if (engine == null) {
        try {
          engine = new Engine(new Front(served.routes(traffic), () -> config, traffic), traffic);
        } catch (RuntimeException | Error e) {
          Engine.drop(client);
          throw e;
        }
      }
      running = engine;
    }
    running.take(client, local, config.tls());
  }

  /** Lets nobody in any more, and sends everybody away. */
  @Override
  public void close() {
    Engine running;
    synchronized (lock) {
      closed = true;
      doors.values().forEach(HttpApi::close);
      doors.clear();
      closeSocket();
      running = engine;
      engine = null;
    }
    served.close();
    if (running != null) {
      running.close();
    }
  }

  /** Not looked up before there is something to say: an idle agent does without. */
  private static System.Logger log() {
    return System.getLogger(HttpApi.class.getName());
  }
}
