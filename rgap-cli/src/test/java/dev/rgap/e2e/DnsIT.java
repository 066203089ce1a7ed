package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The name server on hosts with several addresses, and with more connections than it wants. */
class DnsIT {

  private static final String NAME = "worker.example.com";

  /** A query for the A records of {@link #NAME}. */
  private static final byte[] QUERY =
      HexFormat.of()
          .parseHex(
              "beef00000001000000000000" + "06776f726b6572076578616d706c6503636f6d00" + "00010001");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /** A configuration whose group is empty, so that the fallback is the answer. */
  private Path config(String bind, String more) throws IOException {
    return programs.config(
        directory,
        "127.0.0.1:" + Programs.freePort(),
        "30s",
        """
        kind: dns
          spec:
            bind_address: "%s"
            mappings: {%s: {group: 1000, fallback_addresses: [192.0.2.77]}}
            %s
        """
            .formatted(bind, NAME, more)
            .stripTrailing());
  }

  private static Program dig(String server, String... more) {
    return Program.of("dig", "@" + server, "+tries=1", "+time=2", NAME, "A").and(more);
  }

  /**
   * Two hosts on one wire. The server has addresses in other networks, too; for its way back to the
   * client it would choose an address of the client's network by itself, and dig takes no answer
   * from an address that it has not asked.
   */
  @Test
  @EnabledIf(
      value = "dev.rgap.e2e.BridgedHosts#possible",
      disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
  void aHostWithSeveralAddressesAnswersFromTheOneThatWasAsked() throws Exception {
    BridgedHosts hosts = programs.hosts("listener", "client");
    String server = "listener";
    ip(hosts, server, "address add 10.99.0.1/24 dev eth0");
    ip(hosts, server, "address add 2001:db8:1::1/64 dev eth0");
    ip(hosts, server, "address add 2001:db8:2::1/64 dev lo");
    ip(hosts, "client", "address add 2001:db8:1::2/64 dev eth0");
    ip(hosts, "client", "route add 2001:db8:2::/64 via 2001:db8:1::1");
    Program listener = Program.rgap("listener", "-c", config(":5300", "").toString());
    Programs.awaitReady(programs.start(hosts.on(server, listener)));
    // What happens otherwise: a socket for all addresses.
    Program naive =
        Program.of(
            Program.java(),
            "-cp",
            System.getProperty("java.class.path"),
            NaiveServer.class.getName());
    programs.start(hosts.on(server, naive)).out().await("ready");

    for (String asked : List.of("10.82.71.1", "10.99.0.1", "2001:db8:1::1", "2001:db8:2::1")) {
      for (String transport : List.of("+notcp", "+tcp")) {
        String answer =
            hosts.on("client", dig(asked, "-p", "5300", transport, "+short")).run().strip();
        assertThat(answer).as("%s %s", asked, transport).isEqualTo("192.0.2.77");
      }
    }
    for (String asked : List.of("10.99.0.1", "2001:db8:2::1")) {
      RunningProgram dig = programs.start(hosts.on("client", dig(asked, "-p", "5301")));
      assertThat(dig.awaitExit()).as(dig::describe).isEqualTo(9); // no answer that it would take
    }
    programs.start(hosts.on("client", dig("10.82.71.1", "-p", "5301"))).expectExit(0);

    // An address that comes while it runs has a socket of its own soon, and until then none.
    ip(hosts, server, "address add 10.98.0.1/24 dev eth0");
    for (int i = 0; ; i++) {
      RunningProgram dig =
          programs.start(hosts.on("client", dig("10.98.0.1", "-p", "5300", "+short")));
      if (dig.awaitExit() == 0) {
        assertThat(dig.out().matching("^192.0.2.77$")).hasSize(1);
        break;
      }
      assertThat(i).as(dig::describe).isLessThan(15);
    }
    // One that goes takes nothing with it.
    ip(hosts, server, "address del 10.98.0.1/24 dev eth0");
    assertThat(hosts.on("client", dig("10.99.0.1", "-p", "5300", "+short")).run().strip())
        .isEqualTo("192.0.2.77");
  }

  private static void ip(BridgedHosts hosts, String host, String command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("ip"));
    words.addAll(List.of(command.split(" ")));
    String _ = hosts.on(host, Program.of(words.toArray(String[]::new))).run();
  }

  /** 10,000 clients that each begin a query and don't go on, within 64 MB of heap. */
  @Test
  void slowConnectionsDisturbNobody() throws Exception {
    int count = 10_000;
    long descriptors =
        ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getMaxFileDescriptorCount();
    assumeTrue(descriptors >= count + 1_000, "needs 11,000 file descriptors (ulimit -n)");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String limits =
        "tcp: {max_connections: 20000, max_connections_per_client: 20000, idle_timeout: 10m}";
    Path config = config("127.0.0.1:" + port, limits);
    Program listener =
        Program.rgap("listener", "-c", config.toString()).with("JAVA_TOOL_OPTIONS", "-Xmx64m");
    Programs.awaitReady(programs.start(listener));

    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    List<SocketChannel> slow = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        SocketChannel connection = SocketChannel.open(server);
        slow.add(connection);
        connection.write(ByteBuffer.wrap(new byte[] {0, (byte) QUERY.length, QUERY[0]}));
        if (i % 10 == 0) {
          askByUdp(server);
        }
      }
      for (int i = 0; i < 1_000; i++) {
        askByUdp(server);
      }
      // Each of them may still go on, and a new one comes in.
      for (SocketChannel connection : slow.subList(count - 100, count)) {
        connection.write(ByteBuffer.wrap(QUERY, 1, QUERY.length - 1));
        assertThat(answerLength(connection)).isEqualTo(QUERY.length + 16);
      }
      try (SocketChannel fresh = SocketChannel.open(server)) {
        fresh.write(
            ByteBuffer.allocate(2 + QUERY.length).putShort((short) QUERY.length).put(QUERY).flip());
        assertThat(answerLength(fresh)).isEqualTo(QUERY.length + 16);
      }
    } finally {
      for (SocketChannel connection : slow) {
        connection.close();
      }
    }
    askByUdp(server);
  }

  private static int answerLength(SocketChannel connection) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(2);
    while (length.hasRemaining()) {
      assertThat(connection.read(length)).isPositive();
    }
    return length.flip().getShort();
  }

  /** Asks once; an answer that is lost fails the test. */
  private static void askByUdp(InetSocketAddress server) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(20_000);
      socket.send(new DatagramPacket(QUERY, QUERY.length, server));
      DatagramPacket answer = new DatagramPacket(new byte[600], 600);
      socket.receive(answer);
      assertThat(answer.getLength()).isEqualTo(QUERY.length + 16);
    }
  }
}
