package dev.rgap.benchmarks;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the signed announcements of many addresses at a steady rate.
 *
 * <p>Arguments: {@code HOST:PORT GROUP COUNT RATE SECONDS}; the key in RGAP_PSK. The addresses are
 * 10.0.0.0 and the COUNT − 1 ones after it, over and over; RATE is datagrams a second. With a
 * SECONDS of 0 each address is announced once. Prints how many were sent.
 */
public final class Announcers {

  private static final int FIRST_ADDRESS = 10 << 24;

  /** Datagrams between two looks at the clock, at most. */
  private static final int BATCH = 64;

  private Announcers() {}

  /** Runs the generator. */
  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      System.err.println("Error: expected HOST:PORT GROUP COUNT RATE SECONDS");
      System.exit(1);
    }
    Endpoint to = Endpoint.parse(args[0]);
    GroupId group = GroupId.parse(args[1]);
    int count = Integer.parseInt(args[2]);
    double rate = Double.parseDouble(args[3]);
    long seconds = Long.parseLong(args[4]);
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));

    AnnouncementSigner signer = new AnnouncementSigner();
    HostClock clock = HostClock.system();
    long sent = 0;
    long start = System.nanoTime();
    long end = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(new InetSocketAddress(to.host(), to.port()));
      while (seconds == 0 ? sent < count : System.nanoTime() - start < end) {
        double due = (System.nanoTime() - start) * rate / 1e9;
        if (sent > due) {
          LockSupport.parkNanos((long) ((sent - due) / rate * 1e9));
          continue;
        }
        for (int i = 0; i < BATCH && sent <= due && (seconds > 0 || sent < count); i++) {
          IpAddress address = IpAddress.ofIpv4(FIRST_ADDRESS + (int) (sent % count));
          byte[] datagram = signer.sign(new Announcement(group, clock.epochMicros(), address), key);
          channel.write(ByteBuffer.wrap(datagram));
          sent++;
        }
      }
    }
    System.out.println("sent " + sent);
  }
}
