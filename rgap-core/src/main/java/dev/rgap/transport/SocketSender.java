package dev.rgap.transport;

import static java.util.Objects.requireNonNull;

import dev.rgap.protocol.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A sender known by its socket's address; a reading thread has one, and sets it each time. */
final class SocketSender implements Sender {

  private @Nullable InetSocketAddress current;

  void set(InetSocketAddress address) {
    current = address;
  }

  @Override
  public String label() {
    InetSocketAddress address = requireNonNull(current);
    return new Endpoint(IpAddress.describe(address.getAddress()), address.getPort(), null)
        .toString();
  }

  @Override
  public InetAddress address() {
    return requireNonNull(current).getAddress();
  }

  @Override
  public String toString() {
    return label();
  }
}
