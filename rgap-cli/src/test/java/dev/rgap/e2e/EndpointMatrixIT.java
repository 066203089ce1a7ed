package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which destinations of an agent are heard by which endpoints of a listener on another host, for
 * each form of both: ours with ours, and with the Go implementation where that is given.
 *
 * <pre>
 *   listener                              agent
 *     eth0  10.82.71.1  fd82:71::1         eth0  10.82.71.2  fd82:71::2    default route
 *     eth1  10.82.72.1  fd82:72::1         eth1  10.82.72.2  fd82:72::2
 * </pre>
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
class EndpointMatrixIT {

  /** Where agents send to: the rows. A port is put before {@code @}. */
  private static final List<String> DESTINATIONS =
      List.of(
          "10.82.71.1",
          "10.82.71.1@eth0",
          "10.82.72.1",
          "10.82.72.1@10.82.72.0/24",
          "[fd82:71::1]",
          "[fd82:71::1]@eth0",
          "[fd82:72::1]@fd82:72::/64",
          "10.82.71.255",
          "10.82.72.255@eth1",
          "239.82.71.65",
          "239.82.71.65@eth0",
          "239.82.71.65@10.82.71.0/24",
          "239.82.71.65@eth1",
          "239.82.71.65@10.82.72.0/24",
          "[ff12::8271]@eth0",
          "[ff12::8271]@eth1",
          "[ff12::8271]@fd82:72::/64",
          "239.82.71.66");

  /**
   * The listeners' endpoints, and for each destination in turn: {@code x} is heard, {@code -} is
   * not, {@code o} is not heard by ours and may be by the reference, which lets a socket hear the
   * groups that others on its host have joined; {@code ?} is either: families that an endpoint
   * doesn't speak of.
   */
  private static final Map<String, String> HEARD =
      new TreeMap<>(
          Map.ofEntries(
              //                                       71.1  72.1  v6  bc m65----- m6-- m66
              Map.entry(
                  "", /*                      */ "xxxx" + "xxx" + "xx" + "ooooo" + "ooo" + "o"),
              Map.entry(
                  "10.82.71.1", /*            */ "xx--" + "---" + "--" + "-----" + "---" + "-"),
              Map.entry(
                  "[fd82:71::1]", /*          */ "----" + "xx-" + "--" + "-----" + "---" + "-"),
              Map.entry(
                  "10.82.71.255", /*          */ "----" + "---" + "x-" + "-----" + "---" + "-"),
              Map.entry(
                  "239.82.71.65", /*          */ "xxxx" + "???" + "xx" + "xxxoo" + "ooo" + "o"),
              Map.entry(
                  "239.82.71.65@eth0", /*     */ "xxxx" + "???" + "xx" + "xxxoo" + "ooo" + "o"),
              Map.entry(
                  "239.82.71.65@eth1", /*     */ "xxxx" + "???" + "xx" + "oooxx" + "ooo" + "o"),
              Map.entry(
                  "239.82.71.65@10.82.72.0/24", "xxxx" + "???" + "xx" + "oooxx" + "ooo" + "o"),
              Map.entry(
                  "[ff12::8271]@eth0", /*     */ "????" + "xxx" + "??" + "ooooo" + "xoo" + "o"),
              Map.entry(
                  "[ff12::8271]@fd82:72::/64", "????" + "xxx" + "??" + "ooooo" + "oxx" + "o")));

  private static final int FIRST_PORT = 8300;

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts("listener", "agent");
  @TempDir private Path directory;

  EndpointMatrixIT() throws IOException, InterruptedException {
    hosts.shell(
        "listener",
        "ip link add eth1 type veth peer name eth1 netns %s; ip address add 10.82.72.1/24 dev eth1;"
                .formatted(hosts.ns("agent"))
            + " ip address add fd82:71::1/64 dev eth0 nodad; ip link set eth1 up;"
            + " ip address add fd82:72::1/64 dev eth1 nodad");
    hosts.shell(
        "agent",
        "ip address add 10.82.72.2/24 dev eth1; ip link set eth1 up;"
            + " ip address add fd82:71::2/64 dev eth0 nodad;"
            + " ip address add fd82:72::2/64 dev eth1 nodad");
  }

  /** Who talks to whom. */
  enum Pairing {
    OURS_TO_OURS,
    OURS_TO_REFERENCE,
    REFERENCE_TO_OURS
  }

  @ParameterizedTest
  @EnumSource
  void isHeardWhereItIsToBe(Pairing pairing) throws Exception {
    assumeTrue(
        pairing == Pairing.OURS_TO_OURS || System.getenv(InteropIT.REFERENCE) != null,
        "RGAP_REFERENCE does not name a binary of the Go implementation");
    boolean ourListener = pairing != Pairing.OURS_TO_REFERENCE;
    List<RunningProgram> listeners = new ArrayList<>();
    for (String endpoint : HEARD.keySet()) {
      listeners.add(listen(ourListener, endpoint, FIRST_PORT + listeners.size()));
    }
    for (RunningProgram listener : listeners) {
      if (ourListener) {
        Programs.awaitReady(listener);
      } else {
        Thread.sleep(1000); // It says nothing.
      }
    }

    // One member for each destination, which is announced to the ports of all listeners.
    for (int row = 0; row < DESTINATIONS.size(); row++) {
      announce(pairing != Pairing.REFERENCE_TO_OURS, row, member(row));
    }
    // What each of them hears for sure comes last.
    announce(pairing != Pairing.REFERENCE_TO_OURS, -1, member(-1));

    Map<String, String> heard = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    int column = 0;
    for (Map.Entry<String, String> entry : HEARD.entrySet()) {
      RunningProgram listener = listeners.get(column++);
      listener.log().await(joined(member(-1)));
      StringBuilder seen = new StringBuilder();
      StringBuilder wanted = new StringBuilder();
      for (int row = 0; row < DESTINATIONS.size(); row++) {
        List<String> lines = listener.log().matching(joined(member(row)));
        char right = entry.getValue().charAt(row);
        char was = lines.isEmpty() ? '-' : 'x';
        boolean either = right == '?' || (right == 'o' && !ourListener);
        seen.append(either ? '?' : was);
        wanted.append(either ? '?' : right == 'o' ? '-' : right);
      }
      heard.put(entry.getKey(), seen.toString());
      expected.put(entry.getKey(), wanted.toString());
    }
    assertThat(heard).isEqualTo(expected);
  }

  private RunningProgram listen(boolean ours, String endpoint, int port) throws IOException {
    Path own = Files.createDirectory(directory.resolve(Integer.toString(port)));
    Path config = programs.config(own, withPort(endpoint, port), "1h");
    String[] arguments = {"listener", "-c", config.toString()};
    return programs.start(
        hosts.on("listener", ours ? Program.rgap(arguments) : InteropIT.reference(arguments)));
  }

  /** Announces once to all listeners; row -1 is what each of them hears for sure. */
  private void announce(boolean ours, int row, String address) throws InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("agent", "-g", "1000", "-a", address));
    int port = FIRST_PORT;
    for (String endpoint : HEARD.keySet()) {
      arguments.add("-d");
      arguments.add(withPort(row >= 0 ? DESTINATIONS.get(row) : sure(endpoint), port++));
    }
    String[] words = arguments.toArray(String[]::new);
    programs
        .start(
            hosts.on(
                "agent",
                (ours ? Program.rgap(words) : InteropIT.reference(words))
                    .with("RGAP_PSK", programs.key)))
        .expectExit(0);
  }

  private static String sure(String endpoint) {
    return endpoint.isEmpty() ? "10.82.71.1" : endpoint;
  }

  private static String withPort(String endpoint, int port) {
    int at = endpoint.indexOf('@');
    return at < 0
        ? endpoint + ":" + port
        : endpoint.substring(0, at) + ":" + port + endpoint.substring(at);
  }

  private static String member(int row) {
    return "10.0.0." + (row + 100);
  }

  private static String joined(String member) {
    return "host " + member.replace(".", "\\.") + " has joined group 1000\\b";
  }
}
