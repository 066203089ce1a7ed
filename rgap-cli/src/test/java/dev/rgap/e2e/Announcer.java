package dev.rgap.e2e;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.Endpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Announces any number of addresses of group 1000, each five times a second while it is alive. */
final class Announcer implements AutoCloseable {

  private static final GroupId GROUP = new GroupId(1000);
  private static final long INTERVAL_MILLIS = 200;

  private final PreSharedKey key;
  private final InetSocketAddress listener;
  private final DatagramChannel channel;
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final Set<IpAddress> alive = new LinkedHashSet<>();
  private final Thread thread;

  Announcer(String keyHex, InetSocketAddress listener) throws IOException {
    this.key = PreSharedKey.parseHex(keyHex);
    this.listener = listener;
    this.channel = DatagramChannel.open();
    thread = new Thread(this::run, "announcer");
    thread.setDaemon(true);
    thread.start();
  }

  /** These are alive from now on. */
  synchronized void join(Iterable<String> addresses) throws IOException {
    for (String address : addresses) {
      IpAddress member = IpAddress.parse(address);
      alive.add(member);
      announce(member);
    }
  }

  void join(String... addresses) throws IOException {
    join(Arrays.asList(addresses));
  }

  /** These fall silent. */
  synchronized void leave(String... addresses) {
    Arrays.stream(addresses).map(IpAddress::parse).forEach(alive::remove);
  }

  /** Announces an address once; returns the announcement's time in microseconds since 1970. */
  synchronized long announce(IpAddress member) throws IOException {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    byte[] datagram = signer.sign(new Announcement(GROUP, micros, member), key);
    channel.send(ByteBuffer.wrap(datagram), listener);
    return micros;
  }

  /** A program that announces these addresses to a listener until it is ended. */
  static Program program(String keyHex, String listener, String... addresses) {
    return Program.of(
            Program.java(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            "target/test-classes" + File.pathSeparator + "target/dist/lib/*",
            Announcer.class.getName(),
            listener)
        .and(addresses)
        .with("RGAP_PSK", keyHex);
  }

  /** Announces all arguments but the first to the first. */
  public static void main(String[] arguments) throws Exception {
    Endpoint listener = Endpoint.parse(arguments[0]);
    InetAddress host = InetAddress.ofLiteral(listener.host());
    try (Announcer announcer =
        new Announcer(System.getenv("RGAP_PSK"), new InetSocketAddress(host, listener.port()))) {
      announcer.join(Arrays.asList(arguments).subList(1, arguments.length));
      announcer.thread.join();
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(INTERVAL_MILLIS);
        synchronized (this) {
          for (IpAddress member : alive) {
            long _ = announce(member);
          }
        }
      }
    } catch (InterruptedException | ClosedChannelException e) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    channel.close();
  }
}
