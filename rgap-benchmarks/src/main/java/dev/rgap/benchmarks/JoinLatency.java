package dev.rgap.benchmarks;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Measures the time from sending the announcement of a new member until a subscriber is called, in
 * a listener of its own, which can be put under load from outside.
 *
 * <p>Arguments: {@code HOST:PORT WARMUP-SECONDS SECONDS}; the key in RGAP_PSK. It listens there for
 * group 1, which the load is for, and for group 2, in which a member joins every millisecond.
 * Prints percentiles of those that joined after the warm-up.
 */
public final class JoinLatency {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final GroupId LOADED = new GroupId(1);
  private static final GroupId MEASURED = new GroupId(2);
  private static final IpAddress FIRST = IpAddress.parse("10.0.0.0");

  private JoinLatency() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      System.err.println("Error: expected HOST:PORT WARMUP-SECONDS SECONDS");
      System.exit(1);
    }
    Endpoint endpoint = Endpoint.parse(args[0]);
    int warmup = Math.toIntExact(TimeUnit.SECONDS.toMillis(Long.parseLong(args[1])));
    int rounds = warmup + Math.toIntExact(TimeUnit.SECONDS.toMillis(Long.parseLong(args[2])));
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));
    List<GroupConfig> groups =
        List.of(
            group(LOADED, key, Duration.ofHours(1)), group(MEASURED, key, Duration.ofSeconds(5)));

    AtomicLongArray sentAt = new AtomicLongArray(rounds);
    AtomicLongArray took = new AtomicLongArray(rounds);
    try (Listener listener =
            Listener.builder(
                    ListenerConfig.of(List.of(ConfiguredSource.udp(endpoint)), groups, List.of()))
                .build();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        DatagramChannel channel = DatagramChannel.open()) {
      listener
          .membership()
          .subscribe(
              Set.of(MEASURED),
              executor,
              event -> {
                long now = System.nanoTime();
                if (event instanceof Joined joined) {
                  int number = (int) (joined.address().low() - FIRST.low());
                  took.set(number, now - sentAt.get(number));
                }
              });
      listener.start();
      channel.connect(new InetSocketAddress(endpoint.host(), endpoint.port()));
      announceAll(channel, key, sentAt);
      Thread.sleep(1_000);
    }
    long[] measured =
        IntStream.range(warmup, rounds).mapToLong(took::get).filter(t -> t > 0).toArray();
    Arrays.sort(measured);
    int count = measured.length;
    System.out.printf(
        "%d of %d joins: p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms, longest %.3f ms%n",
        count,
        rounds - warmup,
        measured[count / 2] / 1e6,
        measured[(int) (count * 0.99)] / 1e6,
        measured[(int) (count * 0.999)] / 1e6,
        measured[count - 1] / 1e6);
  }

  private static GroupConfig group(GroupId id, PreSharedKey key, Duration expire) {
    return GroupConfig.of(id, key, expire).withMaxMembers(1_000_000);
  }

  private static void announceAll(DatagramChannel channel, PreSharedKey key, AtomicLongArray sentAt)
      throws IOException {
    AnnouncementSigner signer = new AnnouncementSigner();
    HostClock clock = HostClock.system();
    byte[] datagram = new byte[AnnouncementCodec.SIZE];
    ByteBuffer buffer = ByteBuffer.allocateDirect(datagram.length);
    long begin = System.nanoTime();
    for (int i = 0; i < sentAt.length(); i++) {
      LockSupport.parkNanos(begin + i * INTERVAL_NANOS - System.nanoTime());
      signer.sign(
          MEASURED.bits(), clock.epochMicros(), FIRST.high(), FIRST.low() + i, key, datagram);
      buffer.clear().put(datagram).flip();
      sentAt.set(i, System.nanoTime());
      channel.write(buffer);
    }
  }
}
