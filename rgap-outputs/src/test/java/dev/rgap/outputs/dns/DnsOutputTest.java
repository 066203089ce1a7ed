package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.testing.LogCapture;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The whole output, on loopback. */
class DnsOutputTest {

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final String NAME = "worker.example.com";

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs.dns");
  private final LockedScheduler time = new LockedScheduler();
  private final TestServer members = new TestServer(config()).join(GROUP, "10.0.0.1", "::1");

  private static TestConfig config() {
    return new TestConfig().map(NAME, GROUP);
  }

  private DnsOutput output(TestConfig config) {
    return new DnsOutput(
        config.build(),
        OutputContext.of(new OutputId("tested"), members.membership, time, new Metrics()));
  }

  /** Asks from a socket that takes answers from the asked address only. */
  private static Message ask(String server, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(InetAddress.getByName(server), port);
      byte[] query = TestQuery.of(NAME, Type.A).bytes();
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket answer = new DatagramPacket(new byte[1_000], 1_000);
      socket.receive(answer);
      return TestServer.parse(Arrays.copyOf(answer.getData(), answer.getLength()));
    }
  }

  private static Message askTcp(String server, int port) throws IOException {
    try (Socket socket = new Socket(server, port)) {
      return ask(socket, NAME, Type.A);
    }
  }

  private static Message ask(Socket socket, String name, int type) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    byte[] query = TestQuery.of(name, type).bytes();
    ByteBuffer framed = ByteBuffer.allocate(2 + query.length);
    socket.getOutputStream().write(framed.putShort((short) query.length).put(query).array());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] answer = new byte[in.readUnsignedShort()];
    in.readFully(answer);
    return TestServer.parse(answer);
  }

  private static void assertAnswers(String server, int port) throws IOException {
    assertThat(data(ask(server, port))).containsExactly("10.0.0.1");
    assertThat(data(askTcp(server, port))).containsExactly("10.0.0.1");
  }

  @Test
  void answersOnAllGivenAddresses() throws IOException {
    try (DnsOutput output =
        output(config().bind("127.0.0.2:0", "127.0.0.3:0", "[::1]:0", "localhost:0"))) {
      output.start();
      List<Integer> ports = output.ports();
      assertAnswers("127.0.0.2", ports.get(0));
      assertAnswers("127.0.0.3", ports.get(1));
      assertAnswers("::1", ports.get(2));
      assertAnswers("localhost", ports.get(3));
      assertThatThrownBy(() -> askTcp("127.0.0.1", ports.get(0))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void onePortOnSeveralAddresses() throws IOException {
    int port;
    try (DnsOutput output = output(config().bind("127.0.0.2:0"))) {
      output.start();
      port = output.ports().getFirst();
    }
    try (DnsOutput output =
        output(config().bind("127.0.0.2:" + port, "127.0.0.3:" + port, "[::1]:" + port))) {
      output.start();
      assertAnswers("127.0.0.2", port);
      assertAnswers("127.0.0.3", port);
      assertAnswers("::1", port);
    }
  }

  @ParameterizedTest
  @CsvSource({":0, true", "[::]:0, true", "0.0.0.0:0, false"})
  void answersOnAllAddresses(String bind, boolean ipv6) throws IOException {
    try (DnsOutput output = output(config().bind(bind))) {
      output.start();
      int port = output.ports().getFirst();
      assertAnswers("127.0.0.1", port);
      if (ipv6) {
        assertAnswers("::1", port);
      } else {
        assertThatThrownBy(() -> askTcp("::1", port)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ask("::1", port)).isInstanceOf(PortUnreachableException.class);
      }
    }
  }

  @Test
  void countsWhatItAnswers() throws IOException {
    DnsOutput output = output(config());
    output.start();
    int port = output.ports().getFirst();
    assertAnswers("127.0.0.1", port);
    output.close();

    assertThat(output.stats().queries(Type.A)).isEqualTo(2);
    assertThat(output.stats().answers(0)).isEqualTo(2);
    assertThat(log.lines())
        .containsExactly(
            "DNS on 127.0.0.1:" + port + ", UDP and TCP",
            "DNS queries by type: A 2; answers: NOERROR 2; dropped 0, rate-limited 0,"
                + " slipped 0");
  }

  /** A connection that was open before goes on, and so does the zone's serial. */
  @Test
  void goesByAnotherConfigurationOnTheSameSockets() throws IOException {
    TestConfig before = config().bind("127.0.0.1:0").zone("example.com");
    try (DnsOutput output = output(before)) {
      output.start();
      int port = output.ports().getFirst();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(data(ask(socket, NAME, Type.A))).containsExactly("10.0.0.1");
        long serial = serial(ask(socket, "example.com", Type.SOA));
        TestConfig after =
            new TestConfig()
                .bind("127.0.0.1:0")
                .zone("example.com")
                .map("other.example.com", GROUP);
        assertThat(output.reconfigure(before.build(), after.build())).isTrue();

        assertThat(ask(socket, NAME, Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(data(ask(socket, "other.example.com", Type.A))).containsExactly("10.0.0.1");
        assertThat(serial(ask(socket, "example.com", Type.SOA))).isGreaterThan(serial);
        assertThat(ask("127.0.0.1", port).getRcode()).isEqualTo(Rcode.NXDOMAIN);

        TestConfig elsewhere = config().bind("127.0.0.2:0");
        assertThat(output.reconfigure(after.build(), elsewhere.build())).isFalse();
        assertThat(data(ask(socket, "other.example.com", Type.A))).containsExactly("10.0.0.1");
        TestConfig closed = config().bind("127.0.0.1:0").allow("192.0.2.0/24");
        assertThat(output.reconfigure(after.build(), closed.build())).isTrue();
        assertThat(ask(socket, NAME, Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
      }
    }
  }

  private static long serial(Message answer) {
    return ((SOARecord) answer.getSection(Section.ANSWER).getFirst()).getSerial();
  }

  @Test
  void hasNumbersOfEachSocketWhileItIsOpen() throws IOException {
    Metrics metrics = new Metrics();
    DnsOutput output =
        new DnsOutput(
            config().bind("127.0.0.2:0", "[::1]:0").build(),
            OutputContext.of(new OutputId("tested"), members.membership, time, metrics));
    output.start();
    List<Integer> ports = output.ports();
    for (String socket : List.of("127.0.0.2:" + ports.get(0), "[::1]:" + ports.get(1))) {
      assertThat(metrics.snapshot().value("rgap_dns_socket_up", "socket", socket)).isEqualTo(1);
    }
    output.close();
    assertThat(metrics.snapshot().families())
        .extracting(MetricsSnapshot.Family::name)
        .contains("rgap_dns_queries_total")
        .doesNotContain("rgap_dns_socket_up");
  }

  @Test
  void closingFreesThePorts() throws IOException {
    DnsOutput output = output(config().bind(":0"));
    output.start();
    int port = output.ports().getFirst();
    assertAnswers("127.0.0.1", port);
    output.close();
    output.close();
    assertThatThrownBy(() -> ask("127.0.0.1", port)).isInstanceOf(PortUnreachableException.class);

    try (DnsOutput again = output(config().bind(":" + port))) {
      again.start();
      assertAnswers("127.0.0.1", port);
    }
  }

  @Test
  void aPortInUse() throws IOException {
    try (DnsOutput first = output(config())) {
      first.start();
      String taken = "127.0.0.1:" + first.ports().getFirst();
      try (DnsOutput second = output(config().bind(taken))) {
        assertThatThrownBy(second::start)
            .isInstanceOf(IOException.class)
            .hasMessage(
                "bind_address "
                    + taken
                    + ": Address already in use (the port is taken at 127.0.0.1: name other addresses"
                    + " of this host, such as 192.0.2.53:"
                    + first.ports().getFirst()
                    + ", or end what has it)");
      }
      try (DnsOutput all = output(config().bind(":" + first.ports().getFirst()))) {
        assertThatThrownBy(all::start).hasMessageContaining("Address already in use");
      }
      assertAnswers("127.0.0.1", first.ports().getFirst());
    }
  }

  /** Another program's name server may be there by UDP only. */
  @Test
  void aPortInUseByUdp() throws IOException {
    try (DatagramSocket taken =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        DnsOutput output = output(config().bind("127.0.0.1:" + taken.getLocalPort()))) {
      assertThatThrownBy(output::start).hasMessageContaining("Address already in use");
    }
  }

  /**
   * SO_REUSEADDR is what another user's program could ask for to get at the queries. On Linux,
   * SO_REUSEPORT shares among one user's sockets only, so a test without a second user leaves it.
   */
  @ParameterizedTest
  @ValueSource(strings = {":0", "0.0.0.0:0", "127.0.0.1:0"})
  void noSocketIsSharedWithThoseWhoWouldShare(String bind) throws IOException {
    try (DnsOutput output = output(config().bind(bind))) {
      output.start();
      int port = output.ports().getFirst();
      for (String address : List.of("127.0.0.1", "0.0.0.0")) {
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        try (DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
            ServerSocketChannel tcp = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
          udp.setOption(StandardSocketOptions.SO_REUSEADDR, true);
          tcp.setOption(StandardSocketOptions.SO_REUSEADDR, true);
          assertThatThrownBy(() -> udp.bind(local)).isInstanceOf(BindException.class);
          assertThatThrownBy(() -> tcp.bind(local)).isInstanceOf(BindException.class);
        }
      }
      assertAnswers("127.0.0.1", port);
    }
  }

  @Test
  void anAddressOfAnotherHost() {
    DnsOutput output = output(config().bind("192.0.2.1:0"));

    assertThatThrownBy(output::start)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("bind_address 192.0.2.1:0: Cannot assign requested address");
    output.close();
  }

  @Test
  void aNameThatCannotBeResolved() {
    DnsOutput output = output(config().bind("name.invalid:0"));

    assertThatThrownBy(output::start)
        .isInstanceOf(IOException.class)
        .hasMessage("bind_address name.invalid:0: the name can't be resolved");
    output.close();
  }

  @Test
  void garbageIsSurvived() throws IOException {
    try (DnsOutput output = output(config());
        DatagramSocket socket = new DatagramSocket()) {
      output.start();
      int port = output.ports().getFirst();
      socket.connect(InetAddress.getLoopbackAddress(), port);
      for (int length : new int[] {0, 1, 11, 12, 500, 4_096, 4_097, 60_000}) {
        socket.send(new DatagramPacket(new byte[length], length));
      }
      assertAnswers("127.0.0.1", port);
      socket.setSoTimeout(200);
      int answered = 0;
      try {
        while (true) {
          DatagramPacket answer = new DatagramPacket(new byte[1_000], 1_000);
          socket.receive(answer);
          assertThat(answer.getLength()).isEqualTo(12);
          answered++;
        }
      } catch (SocketTimeoutException e) {
        assertThat(answered).isEqualTo(5);
      }
    }
  }
}
