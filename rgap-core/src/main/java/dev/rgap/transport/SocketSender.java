package dev.rgap.transport;

import static java.util.Objects.requireNonNull;

import dev.rgap.protocol.IpAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A sender known by its socket's address; a reading thread has one, and sets it each time. */
final class SocketSender implements Sender {

  private @Nullable InetSocketAddress current;

  /** Whether the address's halves are known. */
  private boolean halved;

  private long high;
  private long low;

  void set(InetSocketAddress address) {
    current = address;
    halved = false;
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
  public long addressHigh() {
    halve();
    return high;
  }

  @Override
  public long addressLow() {
    halve();
    return low;
  }

  /** Written so that the octets need no array when it has been compiled. */
  private void halve() {
    if (halved) {
      return;
    }
    halved = true;
    InetAddress host = address();
    if (host instanceof Inet4Address v4) {
      byte[] octets = v4.getAddress();
      int bits = octets[0] << 24;
      bits |= (octets[1] & 0xff) << 16;
      bits |= (octets[2] & 0xff) << 8;
      bits |= octets[3] & 0xff;
      high = 0;
      low = IpAddress.ofIpv4(bits).low();
    } else {
      IpAddress v6 = IpAddress.of(host);
      high = v6.high();
      low = v6.low();
    }
  }

  @Override
  public String toString() {
    return label();
  }
}
