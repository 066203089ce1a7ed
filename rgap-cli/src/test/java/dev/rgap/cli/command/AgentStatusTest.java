package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** How agents' answers are shown to people. */
class AgentStatusTest {

  private static final String TWO =
      """
      {"agents":[
      {"group":"1000","key":"0123","state":"announcing","since":"2026-01-02T03:04:05Z",
       "interval_seconds":5.0,"addresses":["192.0.2.7","2001:db8::7"],
       "sources":[{"source":"iface:eth0","addresses":["192.0.2.7","2001:db8::7"]}],
       "checks":[],
       "destinations":[{"destination":"192.0.2.1:8271","sent":12,"failed":0}]},
      {"group":"7","key":"4567","state":"without_address","since":"2026-01-02T03:04:06Z",
       "interval_seconds":5.0,"addresses":[],
       "sources":[{"source":"dns:a.example","addresses":[],"problem":"no such\\n name"}],
       "checks":[{"check":"tcp 127.0.0.1:80","state":"failing","since":"2026-01-02T03:04:07Z",
                  "problem":"refused"}],
       "destinations":[{"destination":"192.0.2.1:8271","sent":12,"failed":0},
                       {"destination":"lb:8271","sent":0,"failed":3,"problem":"unknown"}]}],
       "clock_offset_seconds":-1.25}
      """;

  private static String text(String body, BiConsumer<AgentStatus, PrintStream> how)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    how.accept(AgentStatus.of(body), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachThingHasATableOfItsOwn() throws Exception {
    assertThat(text(TWO, AgentStatus::print))
        .isEqualTo(
            """
            GROUP  STATE            SINCE                 ADDRESSES
            1000   announcing       2026-01-02T03:04:05Z  192.0.2.7 2001:db8::7
            7      without address  2026-01-02T03:04:06Z

            CHECK             GROUP  STATE    SINCE                 ERROR
            tcp 127.0.0.1:80  7      failing  2026-01-02T03:04:07Z  refused

            SOURCE         GROUP  ADDRESSES              ERROR
            iface:eth0     1000   192.0.2.7 2001:db8::7
            dns:a.example  7                             no such name

            DESTINATION     SENT  FAILED  ERROR
            192.0.2.1:8271  12    0
            lb:8271         0     3       unknown

            The clock is off by 1.25s.
            """);
  }

  @Test
  void whatThereIsNotIsLeftOut() throws Exception {
    assertThat(text("{\"agents\":[]}", AgentStatus::print))
        .isEqualTo("GROUP  STATE  SINCE  ADDRESSES\n");
  }

  @Test
  void statesAreALineEach() throws Exception {
    assertThat(text(TWO, AgentStatus::printStates))
        .isEqualTo("group 1000: announcing\ngroup 7: without address\n");
  }
}
