package dev.rgap.cli.command.sniff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rgap.cli.Lines;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import dev.rgap.time.HostClock;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.SourceContext;
import dev.rgap.transport.SourceType;
import dev.rgap.transport.UdpSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnifferTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("1f".repeat(32));
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final long NOW_MICROS = NOW.getEpochSecond() * 1_000_000 + 678_901;
  private static final Endpoint ANY_PORT = Endpoint.parse("127.0.0.1:0");

  private final Lines lines = new Lines();
  private final Shutdown shutdown = new Shutdown();
  private final CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();

  @AfterEach
  void end() throws Exception {
    shutdown.request();
    assertThat(status.get(20, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void everyVerdictAsText() throws Exception {
    sniff(Optional.of(config()), false, lines.stream());
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String from = NOW + " 127.0.0.1:" + socket.getLocalPort() + " -> 127.0.0.1:0: ";
      byte[] genuine = signed(1000, -1_500, KEY);
      String decoded =
          from
              + "66 bytes, version 0x0100, group 1000, address 10.0.0.1, timestamp"
              + " 2026-01-02T03:04:05.677401Z, clock -1.5ms: ";

      assertThat(afterSending(socket, genuine)).isEqualTo(decoded + "accepted");
      assertThat(afterSending(socket, genuine))
          .isEqualTo(
              decoded
                  + "rejected: replay: it is a duplicate of, or older than, one that was accepted");
      assertThat(afterSending(socket, signed(1000, -1_500, otherKey())))
          .isEqualTo(
              decoded
                  + "rejected: signature: the signature does not match the key of group 1000"
                  + " (fingerprint "
                  + KEY.fingerprint()
                  + "); compare the keys of both hosts");
      assertThat(afterSending(socket, signed(7, -1_500, KEY)))
          .isEqualTo(
              decoded.replace("group 1000", "group 7")
                  + "rejected: group: group 7 is not configured here");
      assertThat(afterSending(socket, signed(1000, 3_600_000_000L, KEY)))
          .isEqualTo(
              from
                  + "66 bytes, version 0x0100, group 1000, address 10.0.0.1, timestamp"
                  + " 2026-01-02T04:04:05.678901Z, clock +1h: rejected: stale: its timestamp is"
                  + " 1h ahead of this host's clock, allowed is 15s; compare the clocks of both"
                  + " hosts");
      assertThat(afterSending(socket, signed(1000, Long.MIN_VALUE - NOW_MICROS, KEY)))
          .contains(", clock -more than a century: rejected: stale: ");
      byte[] nextVersion = genuine.clone();
      nextVersion[0] = 3;
      assertThat(afterSending(socket, nextVersion))
          .isEqualTo(
              from
                  + "66 bytes, version 0x0300: rejected: version: it has version 0x0300, known are"
                  + " 0x0100 and 0x0200");
      assertThat(afterSending(socket, Arrays.copyOf(genuine, 65)))
          .isEqualTo(from + "65 bytes: rejected: size: it has 65 bytes, an announcement has 66");
    }
  }

  @Test
  void anAddressThatMayNotBeInTheGroup() throws Exception {
    ListenerConfig narrow =
        ListenerConfig.of(
            config().listen(),
            List.of(
                config()
                    .groups()
                    .getFirst()
                    .withAddresses(List.of(IpNetwork.parse("192.0.2.0/24")))),
            List.of());
    sniff(Optional.of(narrow), true, lines.stream());
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      assertThat(object(afterSending(socket, signed(1000, 0, KEY))))
          .contains(
              entry("verdict", "rejected"),
              entry("reason", "address"),
              entry(
                  "explanation",
                  "its address 10.0.0.1 is not in the 'addresses' of group 1000, 192.0.2.0/24;"
                      + " correct the agent's address, or 'addresses' if it is right"));
    }
  }

  @Test
  void everyVerdictAsJson() throws Exception {
    sniff(Optional.of(config()), true, lines.stream());
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      byte[] genuine = signed(1000, 250, KEY);
      assertThat(object(afterSending(socket, genuine)))
          .containsExactly(
              entry("time", NOW.toString()),
              entry("sender", "127.0.0.1:" + socket.getLocalPort()),
              entry("endpoint", "127.0.0.1:0"),
              entry("size", 66L),
              entry("version", 256L),
              entry("group", "1000"),
              entry("address", "10.0.0.1"),
              entry("timestamp", "2026-01-02T03:04:05.679151Z"),
              entry("timestamp_micros", NOW_MICROS + 250),
              entry("clock_difference_seconds", 0.00025),
              entry("verdict", "accepted"));
      assertThat(object(afterSending(socket, genuine)))
          .containsEntry("verdict", "rejected")
          .containsEntry("reason", "replay")
          .containsKey("explanation");
      assertThat(object(afterSending(socket, signed(1000, 0, otherKey()))))
          .containsEntry("reason", "signature");
      assertThat(object(afterSending(socket, signed(-1, 0, KEY))))
          .containsEntry("group", "18446744073709551615")
          .containsEntry("reason", "group");
      assertThat(object(afterSending(socket, signed(1000, -15_000_001, KEY))))
          .containsEntry("clock_difference_seconds", -15.000001)
          .containsEntry("reason", "stale");
      assertThat(object(afterSending(socket, new byte[66])))
          .containsEntry("version", 0L)
          .containsEntry("reason", "version")
          .doesNotContainKeys("group", "address", "timestamp");
      assertThat(object(afterSending(socket, new byte[5_000])))
          .containsEntry("size", 2_048L)
          .containsEntry("reason", "size")
          .containsEntry("explanation", "it has 2048 or more bytes, an announcement has 66")
          .doesNotContainKeys("version");
    }
  }

  @Test
  void withoutKeysNothingIsVerified() throws Exception {
    sniff(Optional.empty(), false, lines.stream());
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      assertThat(afterSending(socket, signed(1000, 2_000_000, KEY)))
          .endsWith(", clock +2s: unverified (no key: give a config with -c)");
      assertThat(afterSending(socket, new byte[66])).contains(": rejected: version: ");
      assertThat(afterSending(socket, new byte[1])).contains(": rejected: size: ");
    }
  }

  @Test
  void withoutAddressesItTakesThoseOfTheConfigurationOrTheDefault() throws Exception {
    sniff(Optional.empty(), false, lines.stream());

    assertThat(sniffer(List.of(), Optional.of(config())).listen())
        .containsExactly(ConfiguredSource.udp(ANY_PORT));
    assertThat(sniffer(List.of(), Optional.empty()).listen())
        .containsExactly(ConfiguredSource.udp(Endpoint.DEFAULT));
    Endpoint given = Endpoint.parse("127.0.0.1:1");
    assertThat(sniffer(List.of(given), Optional.of(config())).listen())
        .containsExactly(ConfiguredSource.udp(given));
  }

  private static Sniffer sniffer(List<Endpoint> listen, Optional<ListenerConfig> config) {
    List<ConfiguredSource<?>> sources = new ArrayList<>();
    listen.forEach(endpoint -> sources.add(ConfiguredSource.udp(endpoint)));
    return new Sniffer(sources, config, false, System.out, HostClock.system());
  }

  @Test
  void aPortInUseIsExplained() throws Exception {
    sniff(Optional.empty(), false, lines.stream());
    Endpoint taken = new Endpoint("127.0.0.1", address.get().getPort(), null);
    Sniffer second = sniffer(List.of(ANY_PORT, taken), Optional.empty());
    assertThatThrownBy(() -> second.run(shutdown))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't listen on " + taken + ": ")
        .hasMessageContaining(
            "if a running rgap listener has the port, its log explains each rejection too; stop it"
                + " to sniff here, or sniff elsewhere with -l");
  }

  @Test
  void itEndsWhenNobodyReadsAnyMore() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    sniff(Optional.empty(), true, new PrintStream(closed, true, UTF_8));
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.send(new DatagramPacket(new byte[1], 1, address.get()));
    }
    assertThat(status.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(shutdown.requested()).isFalse();
  }

  private void sniff(Optional<ListenerConfig> config, boolean json, PrintStream out)
      throws Exception {
    sniff(config, json, out, List.of(ANY_PORT));
  }

  private void sniff(
      Optional<ListenerConfig> config, boolean json, PrintStream out, List<Endpoint> listen)
      throws Exception {
    Sniffer sniffer = new Sniffer(configured(listen), config, json, out, new ManualClock(NOW));
    Thread thread =
        new Thread(() -> {
          try {
            status.complete(sniffer.run(shutdown));
          } catch (IOException | RuntimeException e) {
            address.completeExceptionally(e);
            status.completeExceptionally(e);
          }
        });
    thread.start();
    assertThat(address.get(20, TimeUnit.SECONDS).getPort()).isPositive();
  }

  private List<ConfiguredSource<?>> configured(List<Endpoint> endpoints) {
    List<ConfiguredSource<?>> configured = new ArrayList<>();
    endpoints.forEach(
        endpoint -> configured.add(new ConfiguredSource<>(new AnnouncingType(), endpoint)));
    return configured;
  }

  /** Makes real sources that tell their port as soon as they have one. */
  private final class AnnouncingType implements SourceType<Endpoint> {
    @Override
    public String scheme() {
      return "announcing";
    }

    @Override
    public Endpoint parse(String text) {
      return Endpoint.parse(text);
    }

    @Override
    public String label(Endpoint endpoint) {
      return endpoint.toString();
    }

    @Override
    public DatagramSource create(Endpoint endpoint, SourceContext context) {
      return announcing(new UdpSource(endpoint, context));
    }
  }

  private DatagramSource announcing(UdpSource source) {
    return new DatagramSource() {
      @Override
      public void start(DatagramHandler handler) throws IOException {
        source.start(handler);
        address.complete(source.localAddress());
      }

      @Override
      public String label() {
        return source.label();
      }

      @Override
      public void close() {
        source.close();
      }
    };
  }

  private String afterSending(DatagramSocket socket, byte[] datagram) throws Exception {
    socket.send(new DatagramPacket(datagram, datagram.length, address.get()));
    return lines.next();
  }

  private static byte[] signed(long group, long aheadMicros, PreSharedKey key) {
    Announcement announcement =
        new Announcement(new GroupId(group), NOW_MICROS + aheadMicros, IpAddress.parse("10.0.0.1"));
    return new AnnouncementSigner().sign(announcement, key);
  }

  private static PreSharedKey otherKey() {
    return PreSharedKey.parseHex("2e".repeat(32));
  }

  private static ListenerConfig config() {
    String yaml =
        "listen: ['127.0.0.1:0']\ngroups: [{id: 1000, psk: " + KEY.revealHex() + ", expire: 15s}]";
    return new ConfigFile().parse("f", yaml.getBytes(UTF_8)).config().orElseThrow();
  }

  private static Map<String, Object> object(String json) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        Object value =
            switch (parser.nextToken()) {
              case VALUE_NUMBER_INT -> parser.getLongValue();
              case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
              default -> parser.getText();
            };
        fields.put(name, value);
      }
    }
    return fields;
  }
}
