package dev.rgap.benchmarks;

import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets all members of a large group expire within one second, and measures meanwhile how long
 * others have to wait: an announcement for its effect, and a DNS query for its answer.
 *
 * <p>Arguments: {@code LISTENER-HOST:PORT DNS-HOST:PORT MEMBERS EXPIRE-SECONDS RATE}; the key in
 * RGAP_PSK. The large group is group 1, with that {@code expire} and a {@code clock_skew} that lets
 * all be announced at that rate; its name is {@code mass.bench.example}. The announcements that are
 * timed go to the groups 1000 to 2499 in turn, named {@code p0.bench.example} to {@code p1499…},
 * whose {@code expire} is 2 s: each makes an empty group one of one member, and is done when that
 * is the answer. So a time is that of the ingest and of one or two queries.
 */
public final class MassExpiry {

  private static final int MASS_GROUP = 1;
  private static final int FIRST_PROBE_GROUP = 1_000;
  private static final int PROBE_GROUPS = 1_500;
  private static final long PROBE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int PATIENCE_MILLIS = 500;
  private static final long BASELINE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final IpAddress FIRST = IpAddress.parse("10.0.0.0");

  /** A measurement: when it began and how long it took, in nanoseconds. */
  private record Sample(long began, long took) {}

  /** A thread that measures the same thing again and again. */
  private abstract static class Probe extends Thread {
    final List<Sample> samples = new ArrayList<>();
    volatile boolean ended;

    abstract void once(int number) throws IOException;

    @Override
    public void run() {
      long next = System.nanoTime();
      for (int i = 0; !ended; i++) {
        long began = System.nanoTime();
        try {
          once(i);
        } catch (IOException e) {
          throw new AssertionError("no socket fails on the loopback interface", e);
        }
        synchronized (samples) {
          samples.add(new Sample(began, System.nanoTime() - began));
        }
        next = Math.max(next + PROBE_INTERVAL_NANOS, System.nanoTime());
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }

    void report(String label, long from, long to) {
      long[] took;
      synchronized (samples) {
        took =
            samples.stream()
                .filter(sample -> sample.began() >= from && sample.began() < to)
                .mapToLong(Sample::took)
                .sorted()
                .toArray();
      }
      if (took.length == 0) {
        System.out.printf("  %-42s none%n", label);
        return;
      }
      System.out.printf(
          "  %-42s p50 %6.2f ms  p99 %6.2f ms  longest %6.2f ms  (%d)%n",
          label,
          took[took.length / 2] / 1e6,
          took[(int) (took.length * 0.99)] / 1e6,
          took[took.length - 1] / 1e6,
          took.length);
    }
  }

  /** Asks for A records; one query is under way at a time, again if there is no answer. */
  private static final class DnsClient {
    private final DatagramSocket socket = new DatagramSocket();
    private final byte[] answer = new byte[4_096];
    private short id;

    DnsClient(Endpoint server) throws IOException {
      socket.connect(new InetSocketAddress(server.host(), server.port()));
      socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** How many records the answer has. */
    int ask(String name) throws IOException {
      ByteBuffer query = ByteBuffer.allocate(512);
      query.putShort(++id).putShort((short) 0).putShort((short) 1).putShort((short) 0).putInt(0);
      for (String label : name.split("\\.", -1)) {
        query.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
      }
      query.put((byte) 0).putShort((short) 1).putShort((short) 1);
      DatagramPacket received = new DatagramPacket(answer, answer.length);
      while (true) {
        socket.send(new DatagramPacket(query.array(), query.position()));
        try {
          do {
            socket.receive(received);
          } while (ByteBuffer.wrap(answer).getShort(0) != id);
          return Short.toUnsignedInt(ByteBuffer.wrap(answer).getShort(6));
        } catch (SocketTimeoutException e) {
          // Asked again; it counts as one.
        }
      }
    }
  }

  /** Makes and sends announcements. */
  private static final class Announcer {
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

  private MassExpiry() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 5) {
      System.err.println(
          "Error: expected LISTENER-HOST:PORT DNS-HOST:PORT MEMBERS EXPIRE-SECONDS RATE");
      System.exit(1);
    }
    Endpoint listener = Endpoint.parse(args[0]);
    Endpoint dns = Endpoint.parse(args[1]);
    int members = Integer.parseInt(args[2]);
    long expireNanos = TimeUnit.SECONDS.toNanos(Long.parseLong(args[3]));
    long rate = Long.parseLong(args[4]);
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));
    HostClock clock = HostClock.system();

    Announcer probing = new Announcer(listener, key);
    DnsClient probed = new DnsClient(dns);
    Probe announcements =
        new Probe() {
          @Override
          void once(int number) throws IOException {
            int group = number % PROBE_GROUPS;
            probing.announce(FIRST_PROBE_GROUP + group, clock.epochMicros(), number);
            long again = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (probed.ask("p" + group + ".bench.example") == 0) {
              if (System.nanoTime() - again > 0) {
                // Lost, or too late: shows as a measurement of this length.
                return;
              }
            }
          }
        };
    DnsClient asking = new DnsClient(dns);
    Probe queries =
        new Probe() {
          @Override
          void once(int number) throws IOException {
            asking.ask("mass.bench.example");
          }
        };
    announcements.start();
    queries.start();
    Thread.sleep(
        TimeUnit.NANOSECONDS.toMillis(BASELINE_NANOS)); // not counted: still being compiled
    long baseline = System.nanoTime();
    Thread.sleep(TimeUnit.NANOSECONDS.toMillis(BASELINE_NANOS));

    Announcer crowd = new Announcer(listener, key);
    final long loading = System.nanoTime();
    final long firstMicros = clock.epochMicros();
    for (int sent = 0; sent < members; ) {
      long due = Math.min(members, (System.nanoTime() - loading) * rate / 1_000_000_000L);
      while (sent < due) {
        // Spread over one second, however long the sending takes.
        crowd.announce(MASS_GROUP, firstMicros + 1_000_000L * sent / members, sent++);
      }
      LockSupport.parkNanos(50_000);
    }
    final long loaded = System.nanoTime();

    long expiry = loading + expireNanos;
    LockSupport.parkNanos(expiry - System.nanoTime());
    DnsClient watching = new DnsClient(dns);
    while (watching.ask("mass.bench.example") > 0) {
      Thread.sleep(1);
    }
    long empty = System.nanoTime();
    announcements.ended = true;
    queries.ended = true;
    announcements.join();
    queries.join();

    System.out.printf(
        "%d members, announced at %d/s, all to expire within 1 s: gone %.2f s after the last one's"
            + " time%n",
        members, rate, (empty - expiry) / 1e9 - 1);
    announcements.report("announcement to effect, before", baseline, loading);
    announcements.report("  while they are announced", loading, loaded);
    announcements.report("  until the expiry", loaded, expiry);
    announcements.report("  while they expire", expiry, empty);
    queries.report("DNS query to answer, before", baseline, loading);
    queries.report("  while they are announced", loading, loaded);
    queries.report("  until the expiry", loaded, expiry);
    queries.report("  while they expire", expiry, empty);
  }
}
