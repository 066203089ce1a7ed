package dev.rgap.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources and sinks over this host's real loopback interface. */
@Timeout(60)
class UdpTransportTest {

  private static String lo = "lo";
  private static boolean ipv6;

  /** A source and all that arrived at it. */
  private final class Ear {
    final UdpSource source;
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<InetAddress> senders = new LinkedBlockingQueue<>();

    Ear(String endpoint) throws IOException {
      this(endpoint, SourceContext.of(timers, new Metrics()));
    }

    Ear(String endpoint, SourceContext context) throws IOException {
      source = new UdpSource(Endpoint.parse(endpoint), context.with(new Metrics()));
      source.start((datagram, length, sender) -> {
        senders.add(requireNonNull(sender.address()));
        heard.add(HexFormat.of().formatHex(datagram, 0, Math.min(length, 16)) + "/" + length);
      });
      open.add(source);
    }

    int port() throws IOException {
      return source.localAddress().getPort();
    }

    String next() throws InterruptedException {
      String next = heard.poll(30, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    }
  }

  private final Scheduler timers = Scheduler.onThread("timers", HostClock.system());
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void findLoopback() throws SocketException {
    NetworkInterface loopback =
        NetworkInterface.networkInterfaces()
            .filter(candidate -> candidate.getName().startsWith("lo"))
            .findFirst()
            .orElseThrow();
    lo = loopback.getName();
    ipv6 = loopback.inetAddresses().anyMatch(address -> address.getAddress().length == 16);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    timers.close();
  }

  @Test
  void countsWhatTheSystemDropsAsNobodyReadsIt() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/udp")), "Linux only");
    Metrics metrics = new Metrics();
    CountDownLatch reading = new CountDownLatch(1);
    UdpSource source =
        new UdpSource(Endpoint.parse("127.0.0.1:0"), SourceContext.of(timers, metrics));
    open.add(source);
    open.add(reading::countDown);
    source.start((datagram, length, sender) -> {
      try {
        reading.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    assertThat(metrics.snapshot().value("rgap_source_receive_drops_total")).isZero();
    try (DatagramSocket socket = new DatagramSocket()) {
      DatagramPacket packet = new DatagramPacket(new byte[1_000], 1_000, source.localAddress());
      for (int i = 0; i < 20_000; i++) { // more than 8 MiB, which is what the system grants at most
        socket.send(packet);
      }
    }
    double dropped = metrics.snapshot().value("rgap_source_receive_drops_total");
    assertThat(dropped).isBetween(1.0, 20_000.0);
    reading.countDown();
    source.close();
    assertThat(metrics.snapshot().value("rgap_source_receive_drops_total")).isEqualTo(dropped);
  }

  private static void send(String endpoint, String text) throws IOException {
    new UdpSink(Endpoint.parse(endpoint))
        .send(text.getBytes(StandardCharsets.US_ASCII), Duration.ZERO);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII)) + "/" + text.length();
  }

  /** A port that nobody has at the moment, for where 0 can't be used. */
  private int freePort() throws IOException {
    Ear ear = new Ear(":0");
    int port = ear.port();
    ear.source.close();
    return port;
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, 127.0.0.1",
    "localhost:0, localhost",
    "'[::1]:0', '[::1]'",
    ":0, 127.0.0.1",
    ":0, '[::1]'",
    ":0, ''",
    "'[::]:0', 127.0.0.1",
    "'[::]:0', '[::1]'",
    "0.0.0.0:0, 127.0.0.1",
    "127.0.0.1:0@LO, 127.0.0.1",
    "127.0.0.1:0@127.0.0.0/8, 127.0.0.1",
  })
  void unicastArrives(String listen, String host) throws Exception {
    assumeTrue(ipv6 || host.indexOf(':') < 0);
    Ear ear = new Ear(listen.replace("LO", lo));
    send(host + ":" + ear.port(), "hello");

    assertThat(ear.next()).isEqualTo(hex("hello"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, 127.0.0.1, LO, 127.0.0.1",
    "127.0.0.1:0, 127.0.0.1, 127.0.0.0/8, 127.0.0.1",
    "'[::1]:0', '[::1]', LO, ::1",
    "'[::1]:0', '[::1]', ::1/128, ::1",
  })
  void anInterfaceChoosesTheSendersAddress(String listen, String host, String via, String sender)
      throws Exception {
    assumeTrue(ipv6 || host.indexOf(':') < 0);
    Ear ear = new Ear(listen);
    send(host + ":" + ear.port() + "@" + via.replace("LO", lo), "hello");

    assertThat(ear.next()).isEqualTo(hex("hello"));
    assertThat(ear.senders.remove()).isEqualTo(InetAddress.getByName(sender));
  }

  @Test
  void datagramsOfEverySizeArriveAndTooLongOnesAreCut() throws Exception {
    Ear ear = new Ear("127.0.0.1:0");
    for (int size : new int[] {0, 1, 65, 66, 67, 2_048, 2_049, 60_000}) {
      send("127.0.0.1:" + ear.port(), "x".repeat(size));

      assertThat(ear.next()).endsWith("/" + Math.min(size, 2_048));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"239.82.71.65:PORT@LO", "239.82.71.65:PORT@127.0.0.0/8"})
  void multicastArrivesAtEveryListenerOnTheHost(String endpoint) throws Exception {
    String spec = endpoint.replace("LO", lo).replace("PORT", Integer.toString(freePort()));
    Ear one = new Ear(spec);
    Ear two = new Ear(spec);
    send(spec, "hello all");

    assertThat(one.next()).isEqualTo(hex("hello all"));
    assertThat(two.next()).isEqualTo(hex("hello all"));
  }

  /** Not on loopback, to which Linux has no route for IPv6 multicast unless one is added. */
  @ParameterizedTest
  @ValueSource(strings = {"ff02::8271", "ff05::8271"})
  void multicastArrivesOverIpv6(String group) throws Exception {
    NetworkInterface able =
        NetworkInterface.networkInterfaces()
            .filter(candidate -> isUpForMulticast(candidate) && hasIpv6(candidate, true))
            .findFirst()
            .orElse(null);
    assumeTrue(able != null, "no interface for IPv6 multicast");
    String spec = "[" + group + "]:" + freePort() + "@" + able.getName();
    Ear one = new Ear(spec);
    Ear two = new Ear(spec);
    send(spec, "hello all");

    assertThat(one.next()).isEqualTo(hex("hello all"));
    assertThat(two.next()).isEqualTo(hex("hello all"));
  }

  private static boolean isUpForMulticast(NetworkInterface candidate) {
    try {
      return candidate.isUp() && candidate.supportsMulticast() && !candidate.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void aMulticastListenerHearsItsGroupOnly() throws Exception {
    int port = freePort();
    Ear one = new Ear("239.82.71.65:" + port + "@" + lo);
    Ear two = new Ear("239.82.71.66:" + port + "@" + lo);
    send("239.82.71.65:" + port + "@" + lo, "for one");
    send("239.82.71.66:" + port + "@" + lo, "for two");

    assertThat(one.next()).isEqualTo(hex("for one"));
    assertThat(two.next()).isEqualTo(hex("for two"));
    assertThat(one.heard).isEmpty();
    assertThat(two.heard).isEmpty();
  }

  @Test
  void multicastOnTheDefaultInterfaceComesBackToThisHost() throws Exception {
    NetworkInterface chosen;
    try {
      chosen = new GroupInterface(null, InetAddress.getByName("239.82.71.65")).choose(null);
    } catch (IOException e) {
      chosen = null;
    }
    assumeTrue(chosen != null && !chosen.isLoopback(), "no route for multicast");
    int port = freePort();
    Ear ear = new Ear("239.82.71.65:" + port);
    send("239.82.71.65:" + port, "hello");

    assertThat(ear.next()).isEqualTo(hex("hello"));
  }

  @Test
  void broadcastMayBeSent() throws Exception {
    Ear ear = new Ear("0.0.0.0:0");
    send("127.255.255.255:" + ear.port(), "to all");

    assertThat(ear.next()).isEqualTo(hex("to all"));
  }

  @Test
  void aPortThatIsTakenIsAnErrorThatSaysSo() throws Exception {
    Ear ear = new Ear("127.0.0.1:0");
    String taken = "127.0.0.1:" + ear.port();

    assertThatThrownBy(() -> new Ear(taken))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't listen on " + taken + ": ")
        .hasMessageContaining("(another program is using the port: ")
        .hasCauseInstanceOf(BindException.class);
  }

  @Test
  void anAddressOfAnotherHostIsAnErrorThatSaysSo() {
    assertThatThrownBy(() -> new Ear("203.0.113.77:0"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't listen on 203.0.113.77:0: ")
        .hasMessageContaining("(203.0.113.77 is no address of this host, which has 127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "nosuch0, no network interface is named nosuch0",
    "203.0.113.0/24, no network interface has an address in 203.0.113.0/24",
    "2001:db8:77::/48, no network interface has an address in 2001:db8:77::/48",
  })
  void anUnknownInterfaceIsAnErrorThatListsTheKnownOnes(String via, String message) {
    for (String host : List.of("239.82.71.65:8271", "127.0.0.1:0", ":0")) {
      assertThatThrownBy(() -> new Ear(host + "@" + via))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("can't listen on " + host + "@")
          .hasMessageContaining(message)
          .hasMessageContaining("(there are: ")
          .hasMessageContaining(lo);
    }
    assertThatThrownBy(() -> send("127.0.0.1:8271@" + via, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't send to 127.0.0.1:8271@")
        .hasMessageContaining(message);
  }

  @Test
  void aNameThatCantBeResolvedIsAnErrorThatSaysSo() {
    assertThatThrownBy(() -> new Ear("nosuch.invalid:8271"))
        .isInstanceOf(IOException.class)
        .hasMessage("can't listen on nosuch.invalid:8271: the host name can't be resolved");
    assertThatThrownBy(() -> send("nosuch.invalid:8271", "x"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't send to nosuch.invalid:8271: the name can't be resolved");
  }

  @Test
  void whatCantBeSentIsAnErrorThatNamesTheDestination() {
    assertThatThrownBy(() -> send("127.0.0.1:0", "x"))
        .isInstanceOf(IOException.class)
        .hasMessage("can't send to 127.0.0.1:0: port 0 can't be sent to");
    assertThatThrownBy(() -> send("127.0.0.1:8271", "x".repeat(70_000)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't send to 127.0.0.1:8271: ");
  }

  @Test
  void aClosedSourceGivesItsPortBack() throws Exception {
    Ear ear = new Ear("127.0.0.1:0");
    int port = ear.port();
    ear.source.close();

    assertThatThrownBy(ear.source::localAddress).isInstanceOf(IOException.class);
    Ear next = new Ear("127.0.0.1:" + port);
    send("127.0.0.1:" + port, "hello");
    assertThat(next.next()).isEqualTo(hex("hello"));
    assertThat(ear.heard).isEmpty();
  }

  @Test
  void aSmallReceiveBufferIsLogged() throws Exception {
    int granted;
    try (LogCapture log = LogCapture.of(UdpPort.class.getName(), Level.ALL);
        DatagramChannel probe = DatagramChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
      granted = probe.getOption(StandardSocketOptions.SO_RCVBUF);
      new Ear("127.0.0.1:0");

      assertThat(log.lines(Level.INFO)).hasSize(granted < 4 << 20 ? 1 : 0);
    }
  }

  @Test
  void globalDestinationsGetAGlobalSenderAndLinkLocalOnesALinkLocal() throws Exception {
    NetworkInterface both =
        NetworkInterface.networkInterfaces()
            .filter(candidate -> hasIpv6(candidate, true) && hasIpv6(candidate, false))
            .findFirst()
            .orElse(null);
    assumeTrue(both != null, "no interface has both kinds of address");

    for (String host : List.of("2001:db8::1", "fd00:8271::1", "ff05::1", "ff0e::1")) {
      assertThat(Interfaces.addressFor(InetAddress.getByName(host), both))
          .as(host)
          .matches(address -> !address.isLinkLocalAddress());
    }
    for (String host : List.of("fe80::1", "ff02::1")) {
      assertThat(Interfaces.addressFor(InetAddress.getByName(host), both))
          .as(host)
          .matches(InetAddress::isLinkLocalAddress);
    }
  }

  private static boolean hasIpv6(NetworkInterface candidate, boolean linkLocal) {
    return candidate
        .inetAddresses()
        .anyMatch(address ->
            address.getAddress().length == 16
                && !address.isLoopbackAddress()
                && address.isLinkLocalAddress() == linkLocal);
  }

  @Test
  void aSocketKnowsWhetherItsInterfaceIsStillTheOneItJoined() throws Exception {
    UdpPorts ports = new UdpPorts();
    try (UdpPort unicast = new UdpPort.Opener(ports).open(Endpoint.parse("127.0.0.1:0"));
        UdpPort multicast =
            new UdpPort.Opener(ports).open(Endpoint.parse("239.82.71.65:0@" + lo))) {
      assertThat(unicast.followsInterface()).isFalse();
      assertThat(multicast.followsInterface()).isTrue();
      assertThat(unicast.checkInterface()).isNull();
      assertThat(multicast.checkInterface()).isNull();
    }
  }

  // --- several on one port -----------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    ":PORT, 239.82.71.65:PORT@LO",
    "0.0.0.0:PORT, 239.82.71.65:PORT@LO",
    "127.0.0.1:PORT, 239.82.71.65:PORT@LO",
  })
  void anAddressAndAGroupShareAPortInEitherOrder(String address, String group) throws Exception {
    for (boolean addressFirst : new boolean[] {true, false}) {
      String port = Integer.toString(freePort());
      SourceContext listener = SourceContext.of(timers, new Metrics());
      String[] specs = {
        address.replace("PORT", port), group.replace("PORT", port).replace("LO", lo)
      };
      Ear first = new Ear(specs[addressFirst ? 0 : 1], listener);
      Ear second = new Ear(specs[addressFirst ? 1 : 0], listener);
      Ear one = addressFirst ? first : second;
      Ear all = addressFirst ? second : first;
      // The group's may have to be opened anew.
      awaitAddress(all, "239.82.71.65");

      send("127.0.0.1:" + port, "for one");
      send(specs[1], "for all");
      assertThat(one.next()).isEqualTo(hex("for one"));
      assertThat(all.next()).isEqualTo(hex("for all"));
      assertThat(one.heard).isEmpty();
      assertThat(all.heard).isEmpty();
      one.source.close();
      all.source.close();
    }
  }

  /** Waits until a source is bound to an address; what it hears until then is lost. */
  private static void awaitAddress(Ear ear, String address) throws InterruptedException {
    String now = "";
    while (!now.equals(address)) {
      try {
        now = ear.source.localAddress().getAddress().getHostAddress();
      } catch (IOException e) {
        now = ""; // it is just being opened again
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void aGroupAloneOnItsPortHearsWhatIsSentToTheHost() throws Exception {
    int port = freePort();
    Ear ear = new Ear("239.82.71.65:" + port + "@" + lo);
    for (String destination : List.of("127.0.0.1", "127.255.255.255")) {
      send(destination + ":" + port, "hello");
      assertThat(ear.next()).isEqualTo(hex("hello"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    ":PORT, 127.0.0.1",
    ":PORT, 0.0.0.0",
    "0.0.0.0:PORT, 127.0.0.1",
    "127.0.0.1:PORT, 127.0.0.1",
    "127.0.0.1:PORT, 0.0.0.0",
    ":PORT 239.82.71.65:PORT@LO, 127.0.0.1",
    "239.82.71.65:PORT@LO :PORT, 127.0.0.1",
    "239.82.71.65:PORT@LO :PORT, 239.82.71.65",
  })
  void theSocketOfAnAddressCantBeShared(String specs, String thief) throws Exception {
    int port = freePort();
    SourceContext listener = SourceContext.of(timers, new Metrics());
    for (String spec : specs.split(" ", -1)) {
      new Ear(spec.replace("PORT", Integer.toString(port)).replace("LO", lo), listener);
    }
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      assertThatThrownBy(
              () -> channel.bind(new InetSocketAddress(InetAddress.getByName(thief), port)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void aProgramThatIsOnThePortAlreadyIsNotSharedWith() throws Exception {
    int port = freePort();
    SourceContext listener = SourceContext.of(timers, new Metrics());
    Ear group = new Ear("239.82.71.65:" + port + "@" + lo, listener);
    try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
      other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

      assertThatThrownBy(() -> new Ear(":" + port, listener))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("(another program is using the port: ");
    }
    send("127.0.0.1:" + port, "still there");
    assertThat(group.next()).isEqualTo(hex("still there"));
  }

  @Test
  void asLongAsAnotherProgramIsThereAGroupTakesNothingAwayFromIt() throws Exception {
    String group = "239.82.71.65:" + freePort() + "@" + lo;
    Ear first = new Ear(group);
    int port = first.port();
    UdpPorts ports = new UdpPorts();
    try (UdpPort second = new UdpPort.Opener(ports).open(Endpoint.parse(group))) {
      send("127.0.0.1:" + port, "for the first");
      assertThat(first.next()).isEqualTo(hex("for the first"));
      assertThat(second.isMisplaced()).isFalse();
      first.source.close();
      assertThat(second.isMisplaced()).isTrue();
    }
    try (UdpPort third = new UdpPort.Opener(ports).open(Endpoint.parse(group))) {
      assertThat(third.localAddress().getAddress().isAnyLocalAddress()).isTrue();
      assertThat(third.isMisplaced()).isFalse();
    }
  }
}
