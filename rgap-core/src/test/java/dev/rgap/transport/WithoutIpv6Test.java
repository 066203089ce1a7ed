package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.metrics.Metrics;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM that has no IPv6, as on a host without it, says so where an address needs it. */
@Timeout(60)
class WithoutIpv6Test {

  private static final String WHY =
      " is an IPv6 address, and this host has no IPv6, or the JVM was told not to use it (give an"
          + " IPv4 address, or switch IPv6 on)";

  /** Tries all that needs IPv6, a line for each failure; {@code none} where there was none. */
  public static void main(String[] addresses) {
    Scheduler timers = Scheduler.onThread("timers", HostClock.system());
    for (String address : addresses) {
      Endpoint endpoint = Endpoint.parse(address);
      try (UdpSource source = new UdpSource(endpoint, SourceContext.of(timers, new Metrics()))) {
        source.start((datagram, length, sender) -> {});
        System.out.println("none");
      } catch (IOException | RuntimeException e) {
        System.out.println(describe(e));
      }
      try {
        new UdpSink(new Endpoint(endpoint.host(), 8271, null)).send(new byte[1], Duration.ZERO);
        System.out.println("none");
      } catch (IOException | RuntimeException e) {
        System.out.println(describe(e));
      }
    }
    timers.close();
  }

  private static String describe(Exception e) {
    return (e instanceof IOException ? "" : "unchecked: ") + e.getMessage();
  }

  private static List<String> tryAll(String... addresses) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.net.preferIPv4Stack=true",
            "-cp",
            System.getProperty("java.class.path"),
            WithoutIpv6Test.class.getName());
    builder.command().addAll(List.of(addresses));
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said.lines().toList();
  }

  @Test
  void whatNeedsIpv6FailsWithTheReasonAndARemedy() throws Exception {
    assertThat(tryAll("[::1]:0", "[ff02::8271]:0"))
        .containsExactly(
            "can't listen on [::1]:0: ::1" + WHY,
            "can't send to [::1]:8271: ::1" + WHY,
            "can't listen on [ff02::8271]:0: ff02::8271" + WHY,
            "can't send to [ff02::8271]:8271: ff02::8271" + WHY);
  }

  @Test
  void whatDoesNotWorksAsEver() throws Exception {
    assertThat(tryAll("127.0.0.1:0", ":0")).containsExactly("none", "none", "none", "none");
  }
}
