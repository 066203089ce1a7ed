package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentReport.Check;
import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.agent.AgentReport.Source;
import dev.rgap.agent.AgentState;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How agents are doing, in the line that a service manager shows. */
class AgentReportsTest {

  private static AgentReport report(int group, AgentState state, String... addresses) {
    return new AgentReport(
        new GroupId(group),
        "12345678",
        state,
        Instant.EPOCH,
        Duration.ofSeconds(5),
        List.of(addresses).stream().map(IpAddress::parse).toList(),
        List.of(new Source("iface:eth0", List.of(), Optional.of("it is down"))),
        List.of(
            new Check("file /a", CheckState.PASSING, Instant.EPOCH, Optional.empty()),
            new Check(
                "tcp localhost:1", CheckState.FAILING, Instant.EPOCH, Optional.of("refused"))),
        List.of());
  }

  private static String text(AgentReport... reports) {
    return AgentReports.text(List.of(reports));
  }

  @Test
  void theOnlyOneTellsWhatItDoes() {
    assertThat(text()).isEqualTo("announcing nothing");
    assertThat(text(report(7, AgentState.ANNOUNCING, "10.0.0.1", "2001:db8::1")))
        .isEqualTo("announcing 10.0.0.1, 2001:db8::1 to group 7");
    assertThat(text(report(7, AgentState.STARTING))).isEqualTo("group 7: starting");
    assertThat(text(report(7, AgentState.UNHEALTHY)))
        .isEqualTo("group 7: not announced: tcp localhost:1: refused");
    assertThat(text(report(7, AgentState.WITHOUT_ADDRESS)))
        .isEqualTo("group 7: not announced: iface:eth0: it is down");
    assertThat(text(report(7, AgentState.DRAINING, "10.0.0.1"))).isEqualTo("group 7: draining");
    assertThat(text(report(7, AgentState.DRAINED))).isEqualTo("group 7: drained");
  }

  @Test
  void ofManyTheExceptionsAreNamedAsFarAsThereIsRoom() {
    AgentReport good = report(1, AgentState.ANNOUNCING, "10.0.0.1");
    assertThat(text(good, good)).isEqualTo("announcing 2 entries");
    assertThat(text(good, report(2, AgentState.DRAINED), good))
        .isEqualTo("announcing 2 of 3 entries; group 2: drained");
    AgentReport drained = report(3, AgentState.DRAINED);
    assertThat(text(good, drained, drained, drained, drained, drained))
        .isEqualTo(
            "announcing 1 of 6 entries; group 3: drained; group 3: drained; group 3: drained; and 2"
                + " more");
  }
}
