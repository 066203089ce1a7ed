package dev.rgap.transport;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a datagram came from, as far as its source can tell: nobody has verified it. Valid only
 * during the call that it is handed to; a source may use the same one for each datagram.
 */
@StableApi
public interface Sender {

  /** The sender for people, such as {@code 192.0.2.1:40000} or {@code [2001:db8::1]:40000}. */
  String label();

  /** The host's address; null if it is not known, as behind a broker. */
  @Nullable InetAddress address();

  /** The first half of {@link #address}, as {@link IpAddress} has it; 0 if it is not known. */
  default long addressHigh() {
    InetAddress known = address();
    return known == null ? 0 : IpAddress.of(known).high();
  }

  /** The other half of {@link #address}; 0 if it is not known. */
  default long addressLow() {
    InetAddress known = address();
    return known == null ? 0 : IpAddress.of(known).low();
  }

  /** A sender that is known by its socket's address; for tests and for sources on sockets. */
  static Sender of(InetSocketAddress address) {
    SocketSender sender = new SocketSender();
    sender.set(address);
    return sender;
  }
}
