package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.metrics.Metrics;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.testing.LogCapture;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the limit of open files leaves for connections. */
class OpenFilesTest {

  @TempDir private Path process;
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs.dns");

  @BeforeEach
  void openSomeFiles() throws IOException {
    Files.createDirectory(process.resolve("fd"));
    for (int i = 0; i < 20; i++) {
      Files.createFile(process.resolve("fd").resolve(Integer.toString(i)));
    }
  }

  private OpenFiles limit(String soft) throws IOException {
    Files.write(
        process.resolve("limits"),
        List.of(
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max processes             63304                63304                processes ",
            "Max open files            "
                + soft
                + "                 4096                 files     ",
            "Max locked memory         8388608              8388608              bytes     "));
    return new OpenFiles(process);
  }

  @Test
  void enoughForAll() throws IOException {
    assertThat(limit("1024").connections(256, 3)).isEqualTo(256);
    assertThat(limit("unlimited").connections(100_000, 1)).isEqualTo(100_000);
    assertThat(new OpenFiles(process.resolve("missing")).connections(256, 1)).isEqualTo(256);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void whatIsLeftIsDividedAndSaid() throws IOException {
    assertThat(limit("252").connections(256, 2)).isEqualTo((252 - 20 - 32) / 2);
    assertThat(log.lines())
        .containsExactly(
            "DNS by TCP: tcp.max_connections is 256, but this process may have no more than 252"
                + " files open: 100 connections are kept; raise the limit (ulimit -n,"
                + " LimitNOFILE=) or lower tcp.max_connections");
  }

  @Test
  void aFewAreTriedInAnyCase() throws IOException {
    assertThat(limit("20").connections(256, 2)).isEqualTo(4);
    assertThat(limit("20").connections(3, 2)).isEqualTo(3);
  }

  @Test
  void theSystemTellsOfThisProcess() {
    assertThat(OpenFiles.ofThisProcess().limit()).isNotEmpty();
  }

  @Test
  void aNameServerSaysItWhenItStarts() throws IOException {
    TestServer members = new TestServer(new TestConfig().map("w.example.com", GROUP));
    try (DnsOutput output =
        new DnsOutput(
            members.config,
            OutputContext.of(
                new OutputId("tested"), members.membership, new LockedScheduler(), new Metrics()),
            limit("64"))) {
      output.start();

      assertThat(log.lines(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("DNS by TCP: tcp.max_connections is 256, but this process may have no more");
    }
  }
}
