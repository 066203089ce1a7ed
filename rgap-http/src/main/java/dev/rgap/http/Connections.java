package dev.rgap.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Connections that others have accepted, be it by TCP, with TLS or without, or by a unix socket.
 *
 * <p>When there are as many as there may be, the newcomer takes the place of the one that has been
 * waiting for a request for longest, if there is one: connections that never ask anything keep
 * nobody out. If all of them are being answered, it takes one of a host that has more than its
 * share: nor does a single host that has many answers under way.
 *
 * <p>Whoever begins a request has to end its head in time, however often a byte of it comes.
 */
final class Connections extends AbstractConnector {

  /** How long a request's head may take from its first byte on. */
  private static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long SWEEP_SECONDS = 2;

  /** A host's, when others come: this part of all. */
  private static final int SHARE = 4;

  /** What a client that takes nothing costs of the system's memory, at most about twice this. */
  private static final int SEND_BYTES = 128 << 10;

  private final boolean local;
  private final int most;
  private final Traffic traffic;
  private final Selectors selectors;
  private volatile Scheduler.@Nullable Task sweep;

  Connections(Server server, boolean local, int most, ConnectionFactory factory, Traffic traffic) {
    super(server, null, null, null, 0, factory);
    this.local = local;
    this.most = most;
    this.traffic = traffic;
    this.selectors = new Selectors(getExecutor(), getScheduler());
    installBean(selectors);
  }

  /** Whether they come by the local socket. */
  boolean isLocal() {
    return local;
  }

  /** How many there are. */
  int count() {
    return getConnectedEndPoints().size();
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    sweepLater();
  }

  @Override
  protected void doStop() throws Exception {
    Scheduler.Task last = sweep;
    if (last != null) {
      last.cancel();
    }
    super.doStop();
  }

  private void sweepLater() {
    sweep = getScheduler().schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Client each : clients()) {
      if (each.asksFor(HEAD_NANOS, now)) {
        each.close();
      }
    }
    if (isStarted()) {
      sweepLater();
    }
  }

  private List<Client> clients() {
    List<Client> clients = new ArrayList<>();
    for (EndPoint each : getConnectedEndPoints()) {
      if (each instanceof Client client && client.isOpen()) {
        clients.add(client);
      }
    }
    return clients;
  }

  /**
   * Takes over a connection.
   *
   * @param tls what the client has to speak; if there is nothing, HTTP as it is
   */
  void take(SocketChannel client, Optional<Tls> tls) {
    if (count() >= most && !makeRoom(client)) {
      traffic.refused();
      Engine.drop(client);
      return;
    }
    try {
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BYTES);
      selectors.accept(client, tls.isEmpty() ? null : tls.get().engine());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      traffic.refused();
      Engine.drop(client);
    }
  }

  private boolean makeRoom(SocketChannel newcomer) {
    List<Client> all = clients();
    Client leaving =
        all.stream()
            .filter(Client::isWaiting)
            .min(Comparator.comparingLong(EndPoint::getCreatedTimeStamp))
            .orElseGet(() -> ofTheGreediest(all, newcomer));
    if (leaving != null) {
      leaving.close();
    }
    return leaving != null;
  }

  /** The newest of the host that has most, if that is more than its share and another host's. */
  private @Nullable Client ofTheGreediest(List<Client> all, SocketChannel newcomer) {
    Map<ByteBuffer, List<Client>> hosts = new HashMap<>();
    for (Client each : all) {
      ByteBuffer network = each.network();
      if (network != null) {
        hosts.computeIfAbsent(network, host -> new ArrayList<>()).add(each);
      }
    }
    return hosts.entrySet().stream()
        .filter(host -> host.getValue().size() > most / SHARE)
        .max(Comparator.comparingInt(host -> host.getValue().size()))
        .filter(host -> !host.getKey().equals(network(newcomer)))
        .flatMap(host ->
            host.getValue().stream().max(Comparator.comparingLong(EndPoint::getCreatedTimeStamp)))
        .orElse(null);
  }

  private static @Nullable ByteBuffer network(SocketChannel newcomer) {
    try {
      return newcomer.getRemoteAddress() instanceof InetSocketAddress from
          ? Client.network(from)
          : null;
    } catch (IOException e) {
      return null; // has gone again
    }
  }

  @Override
  protected void accept(int acceptor) {
    throw new UnsupportedOperationException("others do that");
  }

  @Override
  public Object getTransport() {
    return this;
  }

  private final class Selectors extends SelectorManager {

    Selectors(Executor executor, Scheduler scheduler) {
      super(executor, scheduler, 1);
    }

    @Override
    protected EndPoint newEndPoint(
        SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
      Client made = new Client((SocketChannel) channel, selector, key, getScheduler());
      made.setIdleTimeout(getIdleTimeout());
      return made;
    }

    @Override
    public Connection newConnection(
        SelectableChannel channel, EndPoint endPoint, Object attachment) {
      ConnectionFactory http = getDefaultConnectionFactory();
      if (!(attachment instanceof SSLEngine engine)) {
        return http.newConnection(Connections.this, endPoint);
      }
      SslConnection outer =
          new SslConnection(getByteBufferPool(), getExecutor(), null, endPoint, engine);
      EndPoint inner = outer.getSslEndPoint();
      inner.setConnection(http.newConnection(Connections.this, inner));
      return outer;
    }

    @Override
    protected void endPointOpened(EndPoint endPoint) {
      super.endPointOpened(endPoint);
      onEndPointOpened(endPoint);
    }

    @Override
    protected void endPointClosed(EndPoint endPoint) {
      onEndPointClosed(endPoint);
      super.endPointClosed(endPoint);
    }
  }
}
