package dev.rgap.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;

/**
 * A program that sends all datagrams to its port back from one socket for all addresses, marked as
 * answers: what a name server is that leaves its address to the system.
 */
final class NaiveServer {

  static final int PORT = 5_301;

  private NaiveServer() {}

  /** Runs until it is ended. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(PORT)) {
      System.out.println("ready");
      while (true) {
        DatagramPacket datagram = new DatagramPacket(new byte[600], 600);
        socket.receive(datagram);
        datagram.getData()[2] |= (byte) 0x80;
        socket.send(datagram);
      }
    }
  }
}
