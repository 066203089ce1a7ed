package dev.rgap.worker.udp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server that answers each datagram with others, perhaps none. */
public final class UdpServer implements AutoCloseable {

  public final List<byte[]> requests = new CopyOnWriteArrayList<>();
  private final DatagramSocket socket;

  /** On an address of this host. */
  public UdpServer(String address, Function<byte[], List<byte[]>> site) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(address, 0));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
          try {
            while (true) {
              packet.setLength(2_000);
              socket.receive(packet);
              byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
              requests.add(request);
              for (byte[] answer : site.apply(request)) {
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
              }
            }
          } catch (IOException e) {
            // Closed.
          }
        });
  }

  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    socket.close();
  }
}
