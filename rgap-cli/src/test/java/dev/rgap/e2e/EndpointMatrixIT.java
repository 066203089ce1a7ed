package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which form of address to listen on hears which form of destination: all pairings, between two
 * hosts that two networks join, with the right answers.
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
class EndpointMatrixIT {

  /** The columns: where agents send to. */
  private static final List<String> DESTINATIONS =
      List.of(
          "10.82.71.1:PORT", // an address
          "10.82.72.1:PORT@eth1", // one on the other network
          "[fd82:71::1]:PORT", // IPv6
          "10.82.71.255:PORT", // broadcast to a network
          "255.255.255.255:PORT@eth0", // broadcast to whoever hears it
          "239.82.71.65:PORT", // the group, by the default route
          "239.82.71.65:PORT@eth1",
          "239.82.71.65:PORT@10.82.72.0/24",
          "239.82.71.66:PORT@eth0", // a group that somebody else on the host has joined
          "[ff15::8271]:PORT@eth0",
          "[ff15::8272]:PORT@eth0"); // a group that somebody else on the host has joined

  /**
   * The rows: what a listener listens on, and for each destination whether it is heard ({@code x})
   * or not ({@code -}). What the reference hears of groups that somebody else has joined, and of
   * IPv4 at a group of IPv6, is not compared.
   */
  private static final List<String> ANSWERS =
      List.of(
          // addresses of the host: IPv4, other network, IPv6, two broadcasts
          // |          the group on eth0, on eth1 by name and by network; a foreign one; IPv6,
          // foreign
          "x x x x x   - - - -   - -   :PORT",
          "x x - x x   - - - -   - -   0.0.0.0:PORT",
          "x - - - -   - - - -   - -   10.82.71.1:PORT",
          "- - x - -   - - - -   - -   [fd82:71::1]:PORT",
          "x x - x x   x - - -   - -   239.82.71.65:PORT",
          "x x - x x   x - - -   - -   239.82.71.65:PORT@eth0",
          "x x - x x   - x x -   - -   239.82.71.65:PORT@eth1",
          "x x - x x   - x x -   - -   239.82.71.65:PORT@10.82.72.0/24",
          "x x x x x   - - - -   x -   [ff15::8271]:PORT@eth0");

  /** Those that the reference refuses: several on one port. */
  private static final List<String> SHARED_PORTS =
      List.of(
          "x x x x x   x - - -   - -   :PORT 239.82.71.65:PORT@eth0",
          "x x x x x   x - - -   - -   239.82.71.65:PORT@eth0 :PORT",
          "x x x x x   - - - -   x -   [ff15::8271]:PORT@eth0 :PORT",
          "x x - x x   x x x -   - -   239.82.71.65:PORT@eth0 239.82.71.65:PORT@eth1",
          "x x x x x   x - - -   x -   239.82.71.65:PORT@eth0 [ff15::8271]:PORT@eth0",
          "x - - - -   - x x -   - -   10.82.71.1:PORT 239.82.71.65:PORT@eth1",
          "x - - - -   - x x -   - -   239.82.71.65:PORT@eth1 10.82.71.1:PORT",
          "x x - x x   x - - -   - -   0.0.0.0:PORT 239.82.71.65:PORT@eth0");

  private static final int ANSWER_LENGTH = 28;
  private static final int FIRST_PORT = 8300;
  private static final int MARKER = 99;

  /** Columns of which every row hears one. */
  private static final List<Integer> MARKERS = List.of(0, 2, 6);

  /** A listener, and what it is to hear. */
  private record Row(List<String> listen, String heard, RunningProgram listener) {}

  @AutoClose private final Programs programs = new Programs();
  @AutoClose private final WiredHosts hosts = new WiredHosts();
  @TempDir private Path directory;

  EndpointMatrixIT() throws IOException, InterruptedException {}

  @Test
  void oursHearsOurs() throws Exception {
    List<String> all = new ArrayList<>(ANSWERS);
    all.addAll(SHARED_PORTS);
    compare(all, Program.rgap(), Program.rgap(), true);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = InteropIT.REFERENCE, matches = ".+")
  void oursHearsTheReference() throws Exception {
    List<String> all = new ArrayList<>(ANSWERS);
    all.addAll(SHARED_PORTS);
    compare(all, Program.rgap(), InteropIT.reference(), true);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = InteropIT.REFERENCE, matches = ".+")
  void theReferenceHearsOurs() throws Exception {
    compare(ANSWERS, InteropIT.reference(), Program.rgap(), false);
  }

  private void compare(List<String> answers, Program listens, Program sends, boolean ours)
      throws Exception {
    RunningProgram somebody =
        listener(Program.rgap(), List.of("239.82.71.66:9999@eth0", "[ff15::8272]:9999@eth0"));
    List<Row> rows = new ArrayList<>();
    for (String answer : answers) {
      String heard = answer.substring(0, ANSWER_LENGTH).replace(" ", "");
      String addresses =
          answer.substring(ANSWER_LENGTH).replace("PORT", Integer.toString(port(rows.size())));
      List<String> listen = List.of(addresses.split(" ", -1));
      rows.add(new Row(listen, heard, listener(listens, listen)));
    }
    awaitListening(somebody, 9999, ours);
    for (int i = 0; i < rows.size(); i++) {
      awaitListening(rows.get(i).listener, port(i), ours);
    }

    for (int column = 0; column < DESTINATIONS.size(); column++) {
      announce(sends, column + 1, column, rows.size());
    }
    // Sent after all others, to where each row is listening by any socket.
    for (int column : MARKERS) {
      announce(sends, MARKER, column, rows.size());
    }

    Map<String, String> heard = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    for (Row row : rows) {
      String name = row.listen.toString();
      row.listener.log().await("host 10\\.0\\.0\\." + MARKER + " has joined");
      expected.put(name, ours ? row.heard : withoutDifferences(row.listen, row.heard));
      String all = heardBy(row.listener);
      heard.put(name, ours ? all : withoutDifferences(row.listen, all));
    }
    assertThat(heard).isEqualTo(expected);
    if (ours) {
      for (Row row : rows) {
        // Nothing came twice: each was sent to it once.
        row.listener.stop();
        assertThat(row.listener.log().await("stopped; "))
            .as(row.listen.toString())
            .endsWith("accepted: " + sentTo(row) + ", rejected: 0");
      }
    }
  }

  private static int sentTo(Row row) {
    int sent = 0;
    for (int column = 0; column < DESTINATIONS.size(); column++) {
      if (row.heard.charAt(column) == 'x') {
        sent += MARKERS.contains(column) ? 2 : 1;
      }
    }
    return sent;
  }

  private static String withoutDifferences(List<String> listen, String heard) {
    char[] answers = heard.toCharArray();
    answers[8] = '?';
    answers[10] = '?';
    if (listen.getFirst().startsWith("[ff")) {
      for (int column : new int[] {0, 1, 3, 4}) {
        answers[column] = '?';
      }
    }
    return new String(answers);
  }

  private static String heardBy(RunningProgram listener) {
    StringBuilder heard = new StringBuilder();
    for (int number = 1; number <= DESTINATIONS.size(); number++) {
      String joined = "host 10\\.0\\.0\\." + number + " has joined";
      heard.append(listener.log().matching(joined).isEmpty() ? '-' : 'x');
    }
    return heard.toString();
  }

  private static int port(int row) {
    return FIRST_PORT + row;
  }

  private RunningProgram listener(Program program, List<String> listen) throws IOException {
    Path config =
        Programs.config(
            Files.createTempDirectory(directory, "row"),
            """
            listen: ["%s"]
            groups:
            - {id: 1000, psk: %s, expire: 10m}
            outputs:
            - kind: eventlog
            """
                .formatted(String.join("\", \"", listen), programs.key));
    return programs.start(hosts.on("listener", program.and("listener", "-c", config.toString())));
  }

  private void awaitListening(RunningProgram listener, int port, boolean ours) throws Exception {
    if (ours || port == 9999) {
      Programs.awaitReady(listener);
    } else {
      hosts.run(
          "listener",
          "for i in $(seq 300); do grep -q ':%04X 0' /proc/net/udp /proc/net/udp6 && exit; sleep 0.1; done; exit 1"
              .formatted(port));
    }
  }

  /** Announces an address to a destination, at the ports of all rows. */
  private void announce(Program agent, int number, int column, int rows)
      throws InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("agent", "-g", "1000", "-a"));
    arguments.add("10.0.0." + number);
    for (int row = 0; row < rows; row++) {
      arguments.add("-d");
      arguments.add(DESTINATIONS.get(column).replace("PORT", Integer.toString(port(row))));
    }
    programs
        .start(
            hosts
                .on("agent", agent.and(arguments.toArray(String[]::new)))
                .with("RGAP_PSK", programs.key))
        .expectExit(0);
  }
}
