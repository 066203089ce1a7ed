package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of tables as the kernel of a little-endian machine writes them. */
class PortHoldersTest {

  private static final String HEADINGS =
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid inode\n";

  @TempDir Path procNet;

  @BeforeEach
  void isLittleEndian() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "a big-endian machine");
  }

  private Optional<String> explained(String udp, String udp6) throws IOException {
    Files.writeString(procNet.resolve("udp"), HEADINGS + udp);
    Files.writeString(procNet.resolve("udp6"), HEADINGS + udp6);
    return new PortHolders(procNet).explain(53);
  }

  @Test
  void namesSystemdResolved() throws IOException {
    assertThat(
            explained(
                """
                 1: 3600007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 102 5
                 2: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 102 6
                 3: 3500007F:0036 00000000:0000 07 00000000:00000000 00:00000000 00000000 102 7
                """,
                ""))
        .get()
        .asString()
        .startsWith("the port is taken at 127.0.0.54, 127.0.0.53 by systemd-resolved: name other")
        .contains("DNSStubListener=no");
  }

  @Test
  void namesTheAddressesOfOthers() throws IOException {
    assertThat(
            explained(
                " 1: 0103000A:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 5\n",
                " 2: B80D0120000000000000000001000000:0035 00000000000000000000000000000000:0000 07"
                    + " 00000000:00000000 00:00000000 00000000 0 6\n"))
        .contains(
            "the port is taken at 10.0.3.1, 2001:db8::1: name other addresses of this host, such as"
                + " 192.0.2.53:53, or end what has it");
  }

  @Test
  void saysNothingWhereNobodyIsSeen() throws IOException {
    assertThat(explained("", "garbage\n")).isEmpty();
    assertThat(new PortHolders(procNet.resolve("none")).explain(53)).isEmpty();
  }
}
