package dev.rgap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;

/**
 * A program that tries to get at somebody else's port: at the given addresses, by UDP and TCP, with
 * each way to ask for sharing. Prints what it gets. Needs no other class, so that it can be copied
 * to where another user may read it.
 */
final class PortTaker {

  private PortTaker() {}

  /** Takes the port and the addresses. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(arguments[i]), port);
      for (boolean address : new boolean[] {false, true}) {
        for (boolean samePort : new boolean[] {false, true}) {
          try (DatagramChannel udp = DatagramChannel.open();
              ServerSocketChannel tcp = ServerSocketChannel.open()) {
            take("UDP", udp, local, address, samePort);
            take("TCP", tcp, local, address, samePort);
          }
        }
      }
    }
    System.out.println("tried");
  }

  private static void take(
      String protocol,
      NetworkChannel socket,
      InetSocketAddress local,
      boolean shareAddress,
      boolean sharePort)
      throws IOException {
    socket.setOption(StandardSocketOptions.SO_REUSEADDR, shareAddress);
    socket.setOption(StandardSocketOptions.SO_REUSEPORT, sharePort);
    try {
      socket.bind(local);
    } catch (IOException e) {
      return; // as it should be
    }
    System.out.println(
        "took " + protocol + " " + local + (shareAddress ? " a" : "") + (sharePort ? " p" : ""));
  }
}
