package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTypesTest {

  /** A kind from another jar: META-INF/services of the test class path names it. */
  public static final class Carrier implements SourceType<String> {
    /** For the service loader. */
    public Carrier() {}

    @Override
    public String scheme() {
      return "pigeon";
    }

    @Override
    public String parse(String address) {
      String loft = address.substring("pigeon://".length());
      if (loft.isEmpty()) {
        throw new IllegalArgumentException("bad address '" + address + "': the loft is missing");
      }
      return loft;
    }

    @Override
    public String label(String loft) {
      return "pigeons of " + loft;
    }

    @Override
    public DatagramSource create(String loft, SourceContext context) {
      return new Loft(loft);
    }
  }

  /** Another one, which can't be made. */
  public static final class Broken implements SourceType<String> {
    /** For the service loader. */
    public Broken() {
      throw new IllegalStateException("broken");
    }

    @Override
    public String scheme() {
      return "broken";
    }

    @Override
    public String parse(String address) {
      return address;
    }

    @Override
    public String label(String config) {
      return config;
    }

    @Override
    public DatagramSource create(String config, SourceContext context) {
      return new Loft(config);
    }
  }

  private record Loft(String label) implements DatagramSource {
    @Override
    public void start(DatagramHandler handler) {}

    @Override
    public void close() {}
  }

  private final SourceTypes types = new SourceTypes();
  private final SourceContext context =
      SourceContext.of(new ManualClock().scheduler(), new Metrics());

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:8271, 192.0.2.1:8271",
    "udp://192.0.2.1:8271, 192.0.2.1:8271",
    "udp://[2001:db8::1]:8271@eth0, [2001:db8::1]:8271@eth0",
    "udp://:8271, :8271",
    "host:1, host:1",
  })
  void anAddressIsOfUdpUnlessItSaysOtherwise(String address, String endpoint) {
    ConfiguredSource<?> source = types.parse(address);

    assertThat(source).isEqualTo(ConfiguredSource.udp(Endpoint.parse(endpoint)));
    assertThat(source).hasSameHashCodeAs(ConfiguredSource.udp(Endpoint.parse(endpoint)));
    assertThat(source.label()).isEqualTo(endpoint);
    assertThat(source.create(context)).isInstanceOf(UdpSource.class);
    assertThat(source.create(context).label()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "2001:db8::1:8271", "10.0.0.256:1", "://x:1", "a b://x:1"})
  void whatIsWrongWithAnAddressIsSaidAsEver(String address) {
    assertThatThrownBy(() -> types.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(messageOf(address));
  }

  private static String messageOf(String address) {
    try {
      return Endpoint.parse(address).toString();
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void aKindOfAnotherJarIsFoundBesideOneThatCantBeLoaded() {
    try (LogCapture log = LogCapture.of("dev.rgap.services")) {
      ConfiguredSource<?> source = types.parse("pigeon://roof");

      assertThat(source.label()).isEqualTo("pigeons of roof");
      assertThat(source.create(context)).isEqualTo(new Loft("roof"));
      assertThat(source).isEqualTo(new SourceTypes().parse("pigeon://roof"));
      assertThat(source).isNotEqualTo(types.parse("pigeon://cellar"));
      assertThat(log.lines().getFirst())
          .isEqualTo("a kind of source of another jar can't be loaded");
    }
    assertThatThrownBy(() -> types.parse("pigeon://"))
        .hasMessage("bad address 'pigeon://': the loft is missing");
  }

  @Test
  void othersAreNotLookedForWithoutNeed() {
    try (LogCapture log = LogCapture.of("dev.rgap.services")) {
      types.parse("udp://127.0.0.1:8271");
      types.parse("127.0.0.1:8271");

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void anUnknownSchemeIsAnErrorThatNamesTheKnownOnes() {
    try (LogCapture log = LogCapture.of("dev.rgap.services")) {
      assertThatThrownBy(() -> types.parse("upd://127.0.0.1:8271"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "bad address 'upd://127.0.0.1:8271': unknown scheme 'upd'; did you mean 'udp://'?"
                  + " known schemes: pigeon, udp");
      assertThatThrownBy(() -> types.parse("carrier-wave://x"))
          .hasMessage(
              "bad address 'carrier-wave://x': unknown scheme 'carrier-wave'; known schemes:"
                  + " pigeon, udp");
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void spellingsOfAnAddressHaveOneIdentity() {
    Object identity = types.parse("[::]:8271").identity();
    assertThat(types.parse(":8271").identity()).isEqualTo(identity);
    assertThat(types.parse("udp://:8271").identity()).isEqualTo(identity);
    assertThat(types.parse("0.0.0.0:8271").identity()).isNotEqualTo(identity);
    assertThat(types.parse("[2001:DB8::0:1]:1").identity())
        .isEqualTo(types.parse("[2001:db8::1]:1").identity());
    assertThat(types.parse("HOST:1@eth0").identity())
        .isEqualTo(types.parse("host:1@eth0").identity())
        .isNotEqualTo(types.parse("host:1@eth1").identity());
  }
}
