package dev.rgap.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A socket at which a test puts in what is to arrive: a datagram, or what is thrown. */
class FakePort implements UdpSource.Port {

  static final InetSocketAddress SENDER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

  final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();
  volatile boolean closed;
  volatile boolean follows;
  volatile String trouble = "";
  volatile String deaf = "";
  volatile boolean misplaced;
  volatile @Nullable Runnable reopen;
  final AtomicInteger waits = new AtomicInteger();

  FakePort then(Object arrival) {
    arrivals.add(arrival);
    return this;
  }

  @Override
  public InetSocketAddress receive(ByteBuffer buffer) throws IOException {
    waits.incrementAndGet();
    try {
      return put(closed ? new ClosedChannelException() : arrivals.take(), buffer);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public @Nullable InetSocketAddress poll(ByteBuffer buffer) throws IOException {
    Object arrival = closed ? new ClosedChannelException() : arrivals.poll();
    return arrival == null ? null : put(arrival, buffer);
  }

  private static InetSocketAddress put(Object arrival, ByteBuffer buffer) throws IOException {
    return switch (arrival) {
      case IOException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      default -> {
        buffer.put((byte[]) arrival);
        yield SENDER;
      }
    };
  }

  @Override
  public InetSocketAddress localAddress() {
    return SENDER;
  }

  @Override
  public int room() {
    return 1_000;
  }

  @Override
  public boolean followsInterface() {
    return follows;
  }

  @Override
  public @Nullable String checkInterface() throws IOException {
    if (trouble.equals("unchecked")) {
      throw new UnsupportedOperationException(trouble);
    }
    if (trouble.equals("error")) {
      throw new NoClassDefFoundError(trouble);
    }
    if (!trouble.isEmpty()) {
      throw new IOException(trouble);
    }
    return deaf.isEmpty() ? null : deaf;
  }

  @Override
  public boolean isMisplaced() {
    return misplaced;
  }

  @Override
  public void whenMisplaced(Runnable callback) {
    reopen = callback;
  }

  @Override
  public void close() {
    closed = true;
    arrivals.add(new ClosedChannelException());
  }
}
