package dev.rgap.testing;

import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramSink;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Sender;
import dev.rgap.transport.SourceContext;
import dev.rgap.transport.SourceType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network without wires: what is sent to an endpoint arrives at its source at once. */
public final class MemoryNetwork {

  private static final Sender SENDER =
      Sender.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000));

  private final Map<Endpoint, MemorySource> sources = new LinkedHashMap<>();
  private @Nullable IOException failure;

  /** An empty network. */
  public MemoryNetwork() {}

  /** A source that hears what is sent to this endpoint while it is started. */
  public DatagramSource source(Endpoint endpoint) {
    return new MemorySource(endpoint);
  }

  /** The same as a listener is configured with it. */
  public ConfiguredSource<Endpoint> configured(Endpoint endpoint) {
    return new ConfiguredSource<>(new MemoryType(), endpoint);
  }

  /** A sink that sends to this endpoint. */
  public DatagramSink sink(Endpoint endpoint) {
    return new MemorySink(endpoint);
  }

  /** Lets every send fail with this, until it is called with null. */
  public void failWith(@Nullable IOException with) {
    failure = with;
  }

  /** Sends a datagram from some host; nobody may listen there. */
  public void send(Endpoint to, byte[] datagram) {
    send(to, datagram, SENDER);
  }

  /** Sends a datagram from the given host. */
  public void send(Endpoint to, byte[] datagram, InetSocketAddress from) {
    send(to, datagram, Sender.of(from));
  }

  /** Sends a datagram from anywhere. */
  public void send(Endpoint to, byte[] datagram, Sender from) {
    MemorySource source = sources.get(to);
    if (source != null && source.handler != null) {
      byte[] copy = new byte[Math.max(datagram.length, 2048)];
      System.arraycopy(datagram, 0, copy, 0, datagram.length);
      source.handler.received(copy, datagram.length, from);
    }
  }

  /** Makes sources on this network. */
  private final class MemoryType implements SourceType<Endpoint> {
    @Override
    public String scheme() {
      return "memory";
    }

    @Override
    public Endpoint parse(String address) {
      return Endpoint.parse(address);
    }

    @Override
    public String label(Endpoint endpoint) {
      return endpoint.toString();
    }

    @Override
    public DatagramSource create(Endpoint endpoint, SourceContext context) {
      return source(endpoint);
    }
  }

  private final class MemorySource implements DatagramSource {

    private final Endpoint endpoint;
    private @Nullable DatagramHandler handler;

    MemorySource(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void start(DatagramHandler toHandler) throws IOException {
      if (sources.putIfAbsent(endpoint, this) != null) {
        throw new IOException("can't listen on " + endpoint + ": Address already in use");
      }
      handler = toHandler;
    }

    @Override
    public String label() {
      return endpoint.toString();
    }

    @Override
    public void close() {
      sources.remove(endpoint, this);
      handler = null;
    }
  }

  private final class MemorySink implements DatagramSink {

    private final Endpoint endpoint;

    MemorySink(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void send(byte[] datagram, Duration timeout) throws IOException {
      if (failure != null) {
        throw new IOException("can't send to " + endpoint + ": " + failure.getMessage(), failure);
      }
      MemoryNetwork.this.send(endpoint, datagram);
    }

    @Override
    public String label() {
      return endpoint.toString();
    }
  }
}
