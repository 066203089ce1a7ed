package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two agents and a listener on hosts of their own, in a network that is not always in order. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class NetworkNamespacesIT {

  private static final Pattern EXPIRES = Pattern.compile("10\\.82\\.71\\.2 expires (\\S+)");
  private static final String LOG_OFTEN = "{kind: log, spec: {interval: 100ms}}";

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts("listener", "agent1", "agent2", "router");
  @TempDir private Path directory;

  NetworkNamespacesIT() throws IOException, InterruptedException {}

  private RunningProgram listener(String listen, String expire, String... outputs)
      throws IOException, InterruptedException {
    Path config = programs.config(directory, listen, expire, outputs);
    return Programs.awaitReady(
        programs.start(hosts.on("listener", Program.rgap("listener", "-c", config.toString()))));
  }

  private RunningProgram agent(int number, String interval, String... more) {
    Program agent = programs.agent(address(number), more).and("-i", interval);
    return programs.start(hosts.on("agent" + number, agent));
  }

  private static String address(int number) {
    return "10.82.71." + (number + 1);
  }

  private static String joined(int number) {
    return "host " + Pattern.quote(address(number)) + " has joined group 1000$";
  }

  private static String left(int number) {
    return "host " + Pattern.quote(address(number)) + " has left group 1000$";
  }

  @Test
  void defaultsOfAgentAndListenerMeet() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271", "30s");
    List<RunningProgram> agents = List.of(agent(1, "0s"), agent(2, "0s"));
    listener.log().await(joined(1));
    listener.log().await(joined(2));
    for (RunningProgram agent : agents) {
      agent.expectExit(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ff12::8271]:8271@eth0",
        "[ff12::8271]:8271@fe80::/64",
        "239.82.71.65:8271@eth0",
        "239.82.71.65:8271@10.82.71.0/24",
        "10.82.71.255:8271",
      })
  void manyAreReachedByOneDatagram(String group) throws Exception {
    boolean broadcast = group.startsWith("10.");
    RunningProgram listener = listener(broadcast ? ":8271" : group, "30s");
    agent(1, "0s", "-d", group).expectExit(0);
    agent(2, "0s", "-d", group).expectExit(0);
    listener.log().await(joined(1));
    listener.log().await(joined(2));
  }

  @Test
  void unpluggedHostLeavesOnTimeAndTheOtherStays() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271", "3s", LOG_OFTEN);
    agent(1, "200ms");
    agent(2, "200ms");
    listener.log().await(joined(1));
    listener.log().await(joined(2));

    hosts.unplug("agent1");
    OffsetDateTime leftAt = RunningProgram.time(listener.log().await(left(1)));

    // On time: as each of the last snapshots has said, and no later than a busy machine may be.
    Instant deadline =
        listener.log().matching(EXPIRES.pattern()).stream()
            .map(NetworkNamespacesIT::expiry)
            .max(Instant::compareTo)
            .orElseThrow();
    assertThat(leftAt.toInstant())
        .isBetween(deadline.minus(Duration.ofMillis(1)), deadline.plus(Duration.ofSeconds(5)));
    // The other one was a member all the time, and is one for longer than it would be by then.
    int snapshots = listener.log().matching("members: 1$").size();
    listener.log().await("members: 1$", snapshots + 40);
    listener.stop();
    assertThat(listener.log().matching(joined(2))).hasSize(1);
    assertThat(listener.log().matching(left(2))).isEmpty();
  }

  private static Instant expiry(String line) {
    Matcher matcher = EXPIRES.matcher(line);
    assertThat(matcher.find()).isTrue();
    return Instant.parse(matcher.group(1));
  }

  /**
   * 30 % of the datagrams are lost, but never two of a sender's in a row, and they last for three
   * intervals: the longest silence is two, and the third is there for a machine that is slow. So
   * the chance of a false alarm is that of a machine that stands still for a second.
   *
   * <p>Loss at random would prove nothing: of a loss of 30 %, independent for each datagram, every
   * tenth pair or so (0.3²) is two in a row, the third comes when the member is due, and nobody can
   * keep it for sure.
   */
  @Test
  void memberOutlivesLossesThatItsExpiryAllowsFor() throws Exception {
    RunningProgram network = badNetwork("lossy");
    RunningProgram listener = listener(BadNetwork.behind(), "3s");
    agent(1, "1s");
    agent(2, "1s");
    listener.log().await(joined(1));
    listener.log().await(joined(2));
    network.out().await("ten more", 4); // twenty of each agent

    listener.stop();
    assertThat(listener.log().matching("has left")).isEmpty();
    assertThat(listener.log().matching("has joined")).hasSize(2);
    assertThat(network.out().matching("^lost$")).hasSizeGreaterThanOrEqualTo(12);
    assertThat(accepted(listener)).isGreaterThanOrEqualTo(26);
  }

  @Test
  void duplicatedAndReorderedDatagramsChangeNothing() throws Exception {
    RunningProgram network = badNetwork("shuffling");
    RunningProgram listener = listener(BadNetwork.behind(), "5s");
    agent(1, "20ms");
    agent(2, "20ms");
    listener.log().await(joined(1));
    listener.log().await(joined(2));
    network.out().await("ten more", 80); // for at least eight seconds

    listener.stop();
    assertThat(listener.log().matching("has left")).isEmpty();
    assertThat(listener.log().matching("has joined")).hasSize(2);
    // Each one came twice: at least half of what has come was a replay, and nothing else was wrong.
    Matcher replays =
        Pattern.compile("rejected: replay (\\d+)$").matcher(listener.log().await("stopped; "));
    assertThat(replays.find()).as(listener.describe()).isTrue();
    assertThat(Integer.parseInt(replays.group(1)))
        .isGreaterThan(100)
        .isGreaterThanOrEqualTo(accepted(listener) - 32);
  }

  private RunningProgram badNetwork(String way) throws InterruptedException {
    RunningProgram network = programs.start(hosts.on("router", BadNetwork.program(way)));
    network.out().await("ready");
    return network;
  }

  private static int accepted(RunningProgram listener) throws InterruptedException {
    Matcher accepted =
        Pattern.compile("accepted: (\\d+),").matcher(listener.log().await("stopped; "));
    assertThat(accepted.find()).isTrue();
    return Integer.parseInt(accepted.group(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "239.82.71.65:8271",
        "239.82.71.65:8271@eth0",
        "239.82.71.65:8271@10.82.71.0/24",
      })
  void listenerJoinsAgainWhenItsInterfaceReturns(String listen) throws Exception {
    RunningProgram listener = listener(listen, "2s");
    agent(1, "200ms");
    agent(2, "200ms");
    listener.log().await(joined(1));
    listener.log().await(joined(2));

    hosts.unplug("listener");
    listener.log().await(left(1));
    listener.log().await(left(2));
    hosts.plug("listener");
    listener.log().await(joined(1), 2);
    listener.log().await(joined(2), 2);
    assertThat(listener.log().matching("WARNING")).hasSizeLessThan(4);
    listener.stop();
  }

  @Test
  void agentSendsAgainWhenItsInterfaceReturns() throws Exception {
    RunningProgram listener = listener("239.82.71.65:8271", "2s");
    RunningProgram agent = agent(1, "200ms");
    listener.log().await(joined(1));
    hosts.unplug("agent1");
    agent.log().await("can't send to 239\\.82\\.71\\.65:8271.*; trying again at each interval$");
    listener.log().await(left(1));
    hosts.plug("agent1");
    listener.log().await(joined(1), 2);
    agent.log().await("239\\.82\\.71\\.65:8271: sending again, after \\d+ failures$");
    agent.stop();
  }
}
