package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

/** The output on all addresses, which is more to look after than on one. */
class DnsOutputContractTest extends OutputContract {

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs.dns");

  @Override
  protected Output create(OutputContext given) {
    TestConfig config =
        new TestConfig()
            .bind(":0", "127.0.0.1:0")
            .map("ready.example.com", READY)
            .service("_http._tcp.late.example.com", LATE, 80);
    return new DnsOutput(config.build(), given);
  }

  @AfterEach
  void nothingWentWrong() {
    assertThat(log.lines(Level.WARNING)).isEmpty();
    assertThat(log.lines(Level.ERROR)).isEmpty();
  }
}
