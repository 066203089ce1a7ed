package dev.rgap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A program that hands the datagrams of one multicast group on to another one, the way a bad
 * network does. Unlike the kernel's own means (netem) it is there on every machine and does the
 * same each time.
 */
final class BadNetwork {

  private static final String GOOD = "239.82.71.65";
  private static final String BAD = "239.82.71.66";
  private static final int PORT = 8271;

  /** Datagrams that are on their way at a time. */
  private static final int UNDER_WAY = 16;

  private BadNetwork() {}

  /** How to listen and send beyond the bad network. */
  static String behind() {
    return BAD + ":" + PORT;
  }

  /** The program, to be run with {@code lossy} or {@code shuffling}. */
  static Program program(String way) {
    return Program.of(
        Program.java(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        "target/test-classes",
        BadNetwork.class.getName(),
        way);
  }

  /**
   * Runs until it is killed; prints {@code ready} then a line for each tenth datagram of a sender,
   * and one for each that it loses.
   */
  public static void main(String[] arguments) throws IOException {
    NetworkInterface via = NetworkInterface.getByName("eth0");
    InetAddress good = InetAddress.ofLiteral(GOOD);
    InetSocketAddress bad = new InetSocketAddress(InetAddress.ofLiteral(BAD), PORT);
    Map<ByteBuffer, Integer> received = new HashMap<>();
    List<ByteBuffer> underWay = new ArrayList<>();
    Random random = new Random(8271);
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, via);
      channel.bind(new InetSocketAddress(good, PORT));
      channel.join(good, via);
      System.out.println("ready");
      while (true) {
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        channel.receive(datagram);
        datagram.flip();
        int number = received.merge(datagram.slice(18, 16), 1, Integer::sum);
        if (number % 10 == 0) {
          System.out.println("ten more");
        }
        if (arguments[0].equals("lossy")) {
          // Of each sender's ten the 3rd, the 6th and the 9th are lost: never two in a row.
          if (number % 10 % 3 != 0 || number % 10 == 0) {
            channel.send(datagram, bad);
          } else {
            System.out.println("lost");
          }
          continue;
        }
        // Each one twice, and in any order.
        underWay.add(datagram);
        underWay.add(datagram.duplicate());
        while (underWay.size() > UNDER_WAY) {
          channel.send(underWay.remove(random.nextInt(underWay.size())), bad);
        }
      }
    }
  }
}
