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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long a new member takes from its announcement into a file, and what that costs the
 * listener.
 *
 * <p>Arguments: {@code HOST:PORT GROUP FILE PID WARMUP ROUNDS}; the key in RGAP_PSK. Each round
 * announces an address that is no member and waits until the file has been replaced; the first
 * WARMUP rounds are not counted. Prints, in a line: the median and the longest time in
 * milliseconds, and the CPU time of process PID for each change in milliseconds.
 */
public final class Rewrites {

  private static final int FIRST_ADDRESS = 11 << 24;
  private static final long LOOK_NANOS = 2_000_000;
  private static final long GIVE_UP_NANOS = 30_000_000_000L;

  private Rewrites() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException {
    if (args.length != 6) {
      System.err.println("Error: expected HOST:PORT GROUP FILE PID WARMUP ROUNDS");
      System.exit(1);
    }
    Endpoint to = Endpoint.parse(args[0]);
    GroupId group = GroupId.parse(args[1]);
    Path file = Path.of(args[2]);
    long pid = Long.parseLong(args[3]);
    int warmup = Integer.parseInt(args[4]);
    int rounds = Integer.parseInt(args[5]);
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));

    AnnouncementSigner signer = new AnnouncementSigner();
    HostClock clock = HostClock.system();
    double[] millis = new double[rounds];
    double cpuBefore = 0;
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.connect(new InetSocketAddress(to.host(), to.port()));
      for (int i = 0; i < warmup + rounds; i++) {
        if (i == warmup) {
          cpuBefore = cpuMillis(pid);
        }
        Object before = Files.getAttribute(file, "unix:ino");
        long start = System.nanoTime();
        IpAddress address = IpAddress.ofIpv4(FIRST_ADDRESS + i);
        byte[] datagram = signer.sign(new Announcement(group, clock.epochMicros(), address), key);
        channel.write(ByteBuffer.wrap(datagram));
        while (Files.getAttribute(file, "unix:ino").equals(before)) {
          if (System.nanoTime() - start > GIVE_UP_NANOS) {
            System.err.println("Error: the file has not changed for 30 s");
            System.exit(1);
          }
          LockSupport.parkNanos(LOOK_NANOS);
        }
        if (i >= warmup) {
          millis[i - warmup] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    double cpu = (cpuMillis(pid) - cpuBefore) / rounds;
    Arrays.sort(millis);
    System.out.printf("%.0f %.0f %.1f%n", millis[rounds / 2], millis[rounds - 1], cpu);
  }

  /** User and system time of a process so far, in hundredths of a second; see proc(5). */
  private static double cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 15);
    return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }
}
