package dev.rgap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Endpoint.ByNetwork;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * Any text as an endpoint: what is read, is shown in a form that reads the same again; all else is
 * an {@link IllegalArgumentException}. An address means what the JDK takes it for.
 */
class EndpointFuzzTest {

  @FuzzTest(maxDuration = "30s")
  void readsBackWhatItShows(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Endpoint endpoint;
    try {
      endpoint = Endpoint.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("address");
      return;
    }
    assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    assertThat(endpoint.port()).isBetween(0, 65_535);

    String host = endpoint.host();
    boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (address && host.indexOf('%') < 0) {
      IpAddress parsed = IpAddress.parse(host);
      assertThat(parsed).isEqualTo(IpAddress.of(InetAddress.ofLiteral(host)));
      assertThat(IpAddress.parse(parsed.toString())).isEqualTo(parsed);
    }
    if (endpoint.via() instanceof ByNetwork(IpNetwork network)) {
      assertThat(network.contains(network.address())).isTrue();
    }
  }
}
