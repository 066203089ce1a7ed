package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.ProcNet.BoundSocket;
import dev.rgap.transport.ProcNet.Known;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables as Linux 6 prints them on a little-endian machine. */
class ProcNetTest {

  @TempDir private Path directory;

  @BeforeEach
  void thisMachinePrintsAddressesInTheSameWay() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  private ProcNet tables(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
    return new ProcNet(directory);
  }

  private static InetSocketAddress at(String address) {
    return new InetSocketAddress(IpAddress.parse(address).toInetAddress(), 8271);
  }

  private static final String ROUTES =
      """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      wg0\t00000000\t00000000\t0001\t0\t0\t100\t00000000\t0\t0\t0
      eth0\t00000000\t0109090A\t0003\t0\t0\t0\t00000000\t0\t0\t0
      eth1\t00000000\t0109090A\t0003\t0\t0\t0\t00000000\t0\t0\t0
      eth2\t000000E0\t00000000\t0000\t0\t0\t0\t000000F0\t0\t0\t0
      *\t004752EF\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0
      eth3\t0048010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      """;

  @ParameterizedTest
  @CsvSource({"239.82.71.65, eth0", "10.1.72.1, eth3", "192.0.2.1, eth0"})
  void theMostSpecificRouteThenTheLowestMetricThenTheFirstWins(String to, String by)
      throws IOException {
    assertThat(tables("route", ROUTES).routeTo(InetAddress.getByName(to))).isEqualTo(by);
  }

  private static final String ZERO = "0".repeat(32);

  @Test
  void routesOfIpv6() throws IOException {
    String line = "%s %02x " + ZERO + " 00 " + ZERO + " %08x 00000001 00000000 %08x %8s%n";
    ProcNet tables =
        tables(
            "ipv6_route",
            line.formatted(ZERO, 0, -1, 0x00200200, "lo")
                + line.formatted("ff" + ZERO.substring(2), 8, 0x200, 1, "eth0")
                + line.formatted("ff" + ZERO.substring(2), 8, 0x100, 1, "eth1")
                + line.formatted("ff" + ZERO.substring(2), 8, 0x100, 1, "eth2")
                + line.formatted("ff15" + ZERO.substring(4), 16, 0x400, 0, "eth3"));
    assertThat(tables.routeTo(InetAddress.getByName("ff15::8271"))).isEqualTo("eth1");
    assertThat(tables.routeTo(InetAddress.getByName("2001:db8::1"))).isNull();
  }

  @Test
  void groupsOfIpv4() throws IOException {
    ProcNet tables =
        tables(
            "igmp",
            """
            Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
            1\tlo        :     1      V3
            \t\t\t\t010000E0     1 0:00000000\t\t0
            3\teth0      :     2      V3
            \t\t\t\t414752EF     1 0:00000000\t\t0
            \t\t\t\t010000E0     1 0:00000000\t\t0
            """);
    InetAddress group = InetAddress.getByName("239.71.82.65");
    assertThat(tables.joined(InetAddress.getByName("239.82.71.65"), 3)).isEqualTo(Known.YES);
    assertThat(tables.joined(InetAddress.getByName("239.82.71.65"), 1)).isEqualTo(Known.NO);
    assertThat(tables.joined(group, 3)).isEqualTo(Known.NO);
    assertThat(tables.joined(InetAddress.getByName("ff15::8271"), 3)).isEqualTo(Known.UNKNOWN);
  }

  @Test
  void groupsOfIpv6() throws IOException {
    ProcNet tables =
        tables(
            "igmp6",
            """
            1    lo              ff020000000000000000000000000001     1 0000000C 0
            3    eth0            ff150000000000000000000000008271     1 00000004 0
            """);
    assertThat(tables.joined(InetAddress.getByName("ff15::8271"), 3)).isEqualTo(Known.YES);
    assertThat(tables.joined(InetAddress.getByName("ff15::8271"), 1)).isEqualTo(Known.NO);
    assertThat(tables.joined(InetAddress.getByName("ff02::1"), 1)).isEqualTo(Known.YES);
  }

  @Test
  void socketsOfBothFamilies() throws IOException {
    ProcNet tables =
        tables(
            "udp",
            """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
              101: 414752EF:204F 00000000:0000 07 00000000:00000000 00:00000000 00000000     0
              102: 0100007F:2050 0100007F:204F 01 00000000:00000000 00:00000000 00000000     0
            """);
    assertThat(tables.socketsAt(8271)).isEqualTo(1);
    tables = tables("udp6", "  9: " + ZERO + ":204F " + ZERO + ":0000 07 0:0 0:0 0 0\n");
    assertThat(tables.socketsAt(8271)).isEqualTo(2);
    assertThat(tables.socketsAt(8272)).isEqualTo(1);
  }

  @Test
  void whatWasDroppedAtEachSocketOfAnAddress() throws IOException {
    String line =
        " 1: %s %s 07 00000000:00000000 00:00000000 00000000 0 0 %d 2 0000000000000000 %d%n";
    String any = "00000000:0000";
    ProcNet tables =
        tables(
            "udp",
            line.formatted("0100007F:204F", any, 11, 7)
                + line.formatted("0200007F:204F", any, 12, 8)
                + line.formatted("0100007F:2050", any, 13, 9)
                + line.formatted("0100007F:204F", any, 14, 4_294_967_295L));
    Files.writeString(
        directory.resolve("udp6"),
        line.formatted("B80D0120000000000000000001000000:204F", ZERO + ":0000", 15, 1));

    assertThat(tables.socketsBoundTo(at("127.0.0.1"), false))
        .containsExactly(new BoundSocket(11, 7), new BoundSocket(14, 4_294_967_295L));
    assertThat(tables.socketsBoundTo(at("2001:db8::1"), true))
        .containsExactly(new BoundSocket(15, 1));
    assertThat(tables.socketsBoundTo(at("127.0.0.1"), true)).isEmpty();
    assertThat(new ProcNet(directory.resolve("none")).socketsBoundTo(at("127.0.0.1"), false))
        .isEmpty();
  }

  @Test
  void socketsOfThisProcess() throws IOException {
    Path files = Files.createDirectory(directory.resolve("fd"));
    Files.createSymbolicLink(files.resolve("0"), Path.of("/dev/null"));
    Files.createSymbolicLink(files.resolve("5"), Path.of("socket:[11]"));

    assertThat(new ProcNet(directory).isOwn(11)).isTrue();
    assertThat(new ProcNet(directory).isOwn(1)).isFalse();
    assertThat(new ProcNet(directory.resolve("none")).isOwn(11)).isFalse();
  }

  @Test
  void systemsWithoutTablesSayNothing() throws IOException {
    ProcNet none = new ProcNet(directory.resolve("none"));
    assertThat(none.routeTo(InetAddress.getByName("239.82.71.65"))).isNull();
    assertThat(none.joined(InetAddress.getByName("239.82.71.65"), 1)).isEqualTo(Known.UNKNOWN);
    assertThat(none.socketsAt(8271)).isEqualTo(-1);
    ProcNet odd = tables("route", "eth0 zz yy 1 2 3 4 5 6 7 8\n");
    assertThat(odd.routeTo(InetAddress.getByName("239.82.71.65"))).isNull();
  }
}
