package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sinks for a name that has several addresses. */
@Timeout(60)
class UdpSinkTest {

  private final List<DatagramSocket> ears = new ArrayList<>();
  private int port;

  @AfterEach
  void close() {
    ears.forEach(DatagramSocket::close);
  }

  private DatagramSocket ear(String address) throws IOException {
    DatagramSocket ear = new DatagramSocket(new InetSocketAddress(address, port));
    port = ear.getLocalPort();
    ears.add(ear);
    return ear;
  }

  private UdpSink sink(String via, String... addresses) throws IOException {
    InetAddress[] found = new InetAddress[addresses.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(addresses[i]);
    }
    return new UdpSink(
        Endpoint.parse("listeners.example:" + port + via),
        UdpSink.DEFAULT_HOPS,
        new HostAddresses("listeners.example", name -> found, new ManualClock()));
  }

  private static void assertHeard(DatagramSocket ear) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[9], 9);
    ear.receive(packet);
    assertThat(packet.getLength()).isEqualTo(7);
  }

  @Test
  void allAddressesOfANameAreSentTo() throws Exception {
    List<DatagramSocket> heard = List.of(ear("127.0.0.1"), ear("127.0.0.2"), ear("127.0.0.3"));
    UdpSink sink = sink("", "127.0.0.1", "127.0.0.2", "127.0.0.3");
    sink.send(new byte[7], Duration.ZERO);
    sink.send(new byte[7], Duration.ofMinutes(1));
    for (DatagramSocket ear : heard) {
      assertHeard(ear);
      assertHeard(ear);
    }
  }

  @Test
  void anAddressThatIsAFaultIsSaidOnceWhileOthersAreSentTo() throws Exception {
    DatagramSocket ear = ear("127.0.0.1");
    UdpSink sink = sink("", "127.0.0.1", "fe80::82:71");
    try (LogCapture log = LogCapture.of(UdpSink.class.getName(), Level.ALL)) {
      for (int i = 0; i < 3; i++) {
        sink.send(new byte[7], Duration.ZERO);
        assertHeard(ear);
      }
      assertThat(log.lines()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void whereNoneCanBeSentToEachSaysWhy() throws Exception {
    port = 8271;
    UdpSink sink = sink("", "127.0.0.1", "127.0.0.2");
    assertThatThrownBy(() -> sink.send(new byte[70_000], Duration.ZERO))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "can't send to listeners\\.example:8271: 127\\.0\\.0\\.1: .+; 127\\.0\\.0\\.2: .+");
  }

  @Test
  void multicastPassesUpTo255Networks() throws Exception {
    Endpoint group = Endpoint.parse("239.82.71.65:8271");
    for (int hops : new int[] {-1, 256}) {
      assertThatThrownBy(() -> new UdpSink(group, hops))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out of range: 0 to 255");
    }
    DatagramSocket ear = ear("127.0.0.1");
    new UdpSink(Endpoint.parse("127.0.0.1:" + port), 255).send(new byte[7], Duration.ZERO);
    assertHeard(ear);
  }

  @Test
  void allInterfacesThatAreNamedSoAreSentBy() throws Exception {
    DatagramSocket ear = ear("127.0.0.1");
    new UdpSink(Endpoint.parse("127.0.0.1:" + port + "@l*")).send(new byte[7], Duration.ZERO);
    assertHeard(ear);
    UdpSink both = sink("@l?", "127.0.0.1", "127.0.0.1");
    both.send(new byte[7], Duration.ZERO);
    assertHeard(ear);
    assertHeard(ear);
    UdpSink none = new UdpSink(Endpoint.parse("127.0.0.1:" + port + "@none*"));
    assertThat(none.label()).endsWith("@none*");
    assertThatThrownBy(() -> none.send(new byte[7], Duration.ZERO))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "can't send to .*@none\\*: no network interface that is up is named none\\*"
                + " \\(there are: .*\\)");
  }

  @Test
  void addressesNeedNoPreparation() {
    for (String address : List.of("127.0.0.1:1", "[::1]:1", ":1", "[fe80::1]:1", "0.0.0.0:1")) {
      assertThat(new UdpSink(Endpoint.parse(address)).prepare(() -> {})).as(address).isTrue();
    }
  }
}
