package dev.rgap.benchmarks;

import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Makes and sends announcements. */
final class Announcer {

  private static final IpAddress FIRST = IpAddress.parse("10.0.0.0");

  private final PreSharedKey key;
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final byte[] datagram = new byte[AnnouncementCodec.SIZE];
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(AnnouncementCodec.SIZE);
  private final DatagramChannel channel;

  Announcer(Endpoint listener, PreSharedKey key) throws IOException {
    this.key = key;
    channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
    channel.connect(new InetSocketAddress(listener.host(), listener.port()));
  }

  void announce(long group, long micros, int address) throws IOException {
    signer.sign(group, micros, FIRST.high(), FIRST.low() + address, key, datagram);
    channel.write(buffer.clear().put(datagram).flip());
  }
}
