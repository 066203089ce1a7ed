package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a name server loads to answer: an idle listener's memory is its classes. */
class DnsClassesIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /** No library for DNS messages, nor what such libraries bring along, whatever is asked. */
  @Test
  void itsOwnAreEnough() throws Exception {
    Path loaded = directory.resolve("loaded");
    Program program = Program.rgap().with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);
    try (NameServer server =
        NameServer.start(
            programs,
            directory,
            "30s",
            program,
            """
            mappings: {
              worker.example.com: {group: 1000},
              _http._tcp.worker.example.com: {group: 1000, port: 80}}\
            """,
            "zone: {name: example.org, nameservers: [ns.example.net]}")) {
      server.join("10.0.0.1");
      assertStatus(server, "NOERROR", NameServer.NAME, "A");
      assertStatus(server, "NOERROR", NameServer.NAME, "A", "+tcp");
      assertStatus(server, "NOERROR", NameServer.NAME, "AAAA");
      assertStatus(server, "NOERROR", NameServer.NAME, "ANY");
      assertStatus(server, "NOERROR", "_http._tcp." + NameServer.NAME, "SRV");
      assertStatus(server, "NOERROR", "ip-10-0-0-1." + NameServer.NAME, "A");
      assertStatus(server, "NOERROR", "example.org", "NS");
      assertStatus(server, "NOERROR", "example.org", "SOA", "+noedns");
      assertStatus(server, "NXDOMAIN", "no." + NameServer.NAME, "A");
      assertStatus(server, "REFUSED", "elsewhere.example", "A");
      assertStatus(server, "NOTIMP", "example.org", "SOA", "+opcode=NOTIFY");

      List<String> classes = Files.readAllLines(loaded);
      assertThat(classes).anyMatch(line -> line.contains(" dev.rgap.outputs.dns.Responder "));
      assertThat(classes)
          .noneMatch(line -> line.matches(".* (org\\.xbill|org\\.slf4j|java\\.text\\.Decimal).*"));
    }
  }

  private static void assertStatus(NameServer server, String status, String... words)
      throws Exception {
    assertThat(Dig.ask(server.port(), words).status()).isEqualTo(status);
  }
}
