package dev.rgap.http;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Connections that others have accepted, be it by TCP, with TLS or without, or by a unix socket.
 *
 * <p>When there are as many as there may be, the newcomer takes the place of the one that has been
 * waiting for a request for longest, if there is one: connections that never ask anything keep
 * nobody out.
 */
final class Connections extends AbstractConnector {

  private final boolean local;
  private final int most;
  private final Selectors selectors;

  Connections(Server server, boolean local, int most, ConnectionFactory factory) {
    super(server, null, null, null, 0, factory);
    this.local = local;
    this.most = most;
    this.selectors = new Selectors(getExecutor(), getScheduler());
    installBean(selectors);
  }

  /** Whether they come by the local socket. */
  boolean isLocal() {
    return local;
  }

  /**
   * Takes over a connection.
   *
   * @param tls what the client has to speak; if there is nothing, HTTP as it is
   */
  void take(SocketChannel client, Optional<Tls> tls) {
    Collection<EndPoint> connected = getConnectedEndPoints();
    if (connected.size() >= most && !makeRoom(connected)) {
      Engine.drop(client);
      return;
    }
    try {
      client.configureBlocking(false);
      selectors.accept(client, tls.isEmpty() ? null : tls.get().engine());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      Engine.drop(client);
    }
  }

  private static boolean makeRoom(Collection<EndPoint> connected) {
    EndPoint oldest =
        connected.stream()
            .filter(each -> each.isOpen() && isWaiting(each))
            .min(Comparator.comparingLong(EndPoint::getCreatedTimeStamp))
            .orElse(null);
    if (oldest != null) {
      oldest.close();
    }
    return oldest != null;
  }

  private static boolean isWaiting(EndPoint each) {
    Connection connection = each.getConnection();
    if (connection instanceof SslConnection outer) {
      connection = outer.getSslEndPoint().getConnection();
    }
    return connection == null || connection.getMessagesIn() <= connection.getMessagesOut();
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
      SocketChannelEndPoint made =
          new SocketChannelEndPoint((SocketChannel) channel, selector, key, getScheduler());
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
