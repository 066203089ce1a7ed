package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An agent that goes by a file: many groups in one process, changed while it runs. */
@Execution(ExecutionMode.CONCURRENT)
class AgentFileIT {

  private static final int GROUPS = 20;
  private static final Duration MOMENT = Duration.ofSeconds(1);

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int port;
  private Path file;

  @BeforeEach
  void choose() throws IOException {
    port = Programs.freePort();
    file = directory.resolve("agent.yaml");
  }

  /** A listener that knows all groups, and says who joins and leaves. */
  private RunningProgram listener() throws Exception {
    StringBuilder groups = new StringBuilder();
    for (int group = 1; group <= GROUPS; group++) {
      groups.append("- {id: %d, psk: %s, expire: 10m}\n".formatted(group, programs.key));
    }
    return programs.listener(
        Programs.config(
            directory,
            "listen: ['127.0.0.1:%d']\noutputs: [{kind: eventlog}]\ngroups:\n%s"
                .formatted(port, groups)));
  }

  private String entry(int group, String more) {
    return "- {group: %d, psk: %s, interval: 200ms, destinations: '127.0.0.1:%d', %s}\n"
        .formatted(group, programs.key, port, more);
  }

  private static String address(int group) {
    return "10.0.0." + group;
  }

  private List<String> entries() {
    List<String> entries = new ArrayList<>();
    for (int group = 1; group <= GROUPS; group++) {
      entries.add(entry(group, "address: " + address(group)));
    }
    return entries;
  }

  /** Puts it in the place of what was there, at once. */
  private void write(String head, List<String> entries) throws IOException {
    Path made = Files.writeString(directory.resolve("new"), head + String.join("", entries));
    Path _ = Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private RunningProgram agent() throws InterruptedException {
    RunningProgram agent = programs.rgap("agent", "-c", file.toString());
    agent.log().await("agent ready");
    return agent;
  }

  private RunningProgram reload(RunningProgram agent) {
    return programs.rgap("reload", Long.toString(agent.process().pid()));
  }

  private static void awaitJoin(RunningProgram listener, String address, int group)
      throws InterruptedException {
    listener.log().await("host " + address + " has joined group " + group + "$");
  }

  private static void awaitLeave(RunningProgram listener, String address, int group)
      throws InterruptedException {
    listener.log().await("host " + address + " has left group " + group + "$");
  }

  private static List<String> left(RunningProgram listener) {
    return listener.log().matching("has left group");
  }

  @Test
  void aReloadTouchesWhatDiffersAndNothingElse() throws Exception {
    RunningProgram listener = listener();
    List<String> entries = entries();
    write("announce:\n", entries);
    RunningProgram agent = agent();
    for (int group = 1; group <= GROUPS; group++) {
      awaitJoin(listener, address(group), group);
    }

    assertThat(reload(agent).expectExit(0).out().all()).containsExactly("reloaded");
    agent.log().await("was read again: nothing has changed");
    entries.set(2, entry(3, "address: 10.0.1.3"));
    write("announce:\n", entries);
    assertThat(reload(agent).expectExit(0).out().all()).containsExactly("reloaded");
    awaitJoin(listener, "10.0.1.3", 3);
    awaitLeave(listener, "10.0.0.3", 3);
    assertThat(left(listener)).hasSize(1);

    entries.set(4, entry(5, "adress: 10.0.1.5"));
    write("announce:\n", entries);
    RunningProgram refused = reload(agent).expectExit(1);
    assertThat(refused.out().all())
        .singleElement()
        .asString()
        .contains("announce[4].adress: unknown setting; did you mean 'address'?");
    agent.log().await("ERROR the configuration stays as it was: .*agent.yaml:6:");
    write("groups: []\n", List.of());
    reload(agent).expectExit(1);
    agent.log().await("stays as it was: .*groups: is a setting of a listener's file");
    assertThat(left(listener)).hasSize(1);

    entries = entries().subList(0, 10);
    write("watch: true\nannounce:\n", entries);
    assertThat(reload(agent).expectExit(0).out().all()).containsExactly("reloaded");
    for (int group = 11; group <= GROUPS; group++) {
      awaitLeave(listener, address(group), group);
    }
    awaitJoin(listener, "10.0.0.3", 3);
    write("watch: true\nannounce:\n", entries.subList(0, 9));
    awaitLeave(listener, address(10), 10); // nobody has asked for it
    agent.stop();
    for (int group = 1; group < 10; group++) {
      awaitLeave(listener, address(group), group);
    }
    listener.stop();
  }

  @Test
  void aNewKeyIsTakenFromItsFileWithoutAReload() throws Exception {
    RunningProgram listener = listener();
    Programs.keyFile(directory.resolve("a.key"), programs.otherKey());
    write(
        "announce:\n",
        List.of(entry(1, "address: 10.0.0.1").replace("psk: " + programs.key, "psk_file: a.key")));
    RunningProgram agent = agent();
    listener.log().await("signature");

    Programs.keyFile(directory.resolve("a.key"), programs.key);
    awaitJoin(listener, "10.0.0.1", 1);
    assertThat(reload(agent).expectExit(0).out().all()).containsExactly("reloaded");
    agent.log().await("was read again: nothing has changed");
    agent.stop();
    awaitLeave(listener, "10.0.0.1", 1);
    listener.stop();
  }

  @Test
  void itDrainsBeforeItLeavesUnlessItIsAskedAgain() throws Exception {
    RunningProgram listener = listener();
    write("announce:\n", List.of(entry(1, "address: 10.0.0.1, drain_for: 1h")));
    RunningProgram agent = agent();
    awaitJoin(listener, "10.0.0.1", 1);
    agent.signal("TERM");
    assertThat(listener.log().comes("has left", MOMENT)).isFalse();
    assertThat(agent.process().isAlive()).isTrue();
    agent.signal("TERM");
    agent.expectExit(0);
    awaitLeave(listener, "10.0.0.1", 1);

    write("announce:\n", List.of(entry(2, "address: 10.0.0.2, drain_for: 1s")));
    agent = agent();
    awaitJoin(listener, "10.0.0.2", 2);
    agent.stop();
    awaitLeave(listener, "10.0.0.2", 2);
    RunningProgram flags =
        programs.start(
            programs.agent("10.0.0.9", "-g", "9", "-i", "1s", "--drain-for", "1h", "-d", here()));
    awaitJoin(listener, "10.0.0.9", 9);
    flags.signal("TERM");
    assertThat(listener.log().comes("host 10.0.0.9 has left", MOMENT)).isFalse();
    flags.signal("TERM");
    flags.expectExit(0);
    awaitLeave(listener, "10.0.0.9", 9);
    listener.stop();
  }

  private String here() {
    return "127.0.0.1:" + port;
  }

  @Test
  void onceSaysWhatWasSentToWhom() throws Exception {
    RunningProgram listener = listener();
    write(
        "announce:\n",
        List.of(
            entry(1, "address: [10.0.0.1, 10.0.0.101]"),
            entry(2, "address: 'iface:no-such-*'"),
            entry(3, "address: 10.0.0.3")));

    RunningProgram once = programs.rgap("agent", "--once", "-c", file.toString()).expectExit(1);

    awaitJoin(listener, "10.0.0.1", 1);
    awaitJoin(listener, "10.0.0.101", 1);
    awaitJoin(listener, "10.0.0.3", 3);
    assertThat(once.out().all())
        .containsExactly(
            "group 1: 10.0.0.1 sent to " + here(),
            "group 1: 10.0.0.101 sent to " + here(),
            "group 3: 10.0.0.3 sent to " + here());
    assertThat(once.log().all())
        .singleElement()
        .asString()
        .startsWith("Error: group 2: iface:no-such-*: there is no such interface");
    RunningProgram flags =
        programs.start(programs.agent("10.0.0.4", "-g", "4", "-i", "1s", "--once", "-d", here()));
    assertThat(flags.expectExit(0).out().all())
        .containsExactly("group 4: 10.0.0.4 sent to " + here());
    awaitJoin(listener, "10.0.0.4", 4);
    assertThat(left(listener)).isEmpty();
    listener.stop();
  }

  @Test
  void aDryRunShowsWhatWouldBeAndSendsNothing() throws Exception {
    RunningProgram listener = listener();
    String bad = entry(2, "address: 'iface:no-such-*'").replace(here(), "no-such.invalid:1");
    write("announce:\n", List.of(entry(1, "address: 10.0.0.1"), bad));

    RunningProgram dry = programs.rgap("agent", "--dry-run", "-c", file.toString()).expectExit(1);

    List<String> shown = dry.out().all();
    assertThat(shown.getFirst()).startsWith("group 1, key ").endsWith(", every 200ms");
    assertThat(shown.subList(1, 4))
        .containsExactly(
            "  address 10.0.0.1: 10.0.0.1",
            "  destination " + here() + ": 127.0.0.1",
            "  would announce 10.0.0.1");
    assertThat(shown.get(4)).startsWith("group 2, key ");
    assertThat(shown.get(5)).startsWith("  address iface:no-such-*: there is no such interface");
    assertThat(shown.get(6))
        .isEqualTo("  destination no-such.invalid:1: the name can't be resolved");
    assertThat(shown.get(7)).isEqualTo("  would announce nothing: there is no address");
    write("announce:\n", List.of(entry(1, "address: 10.0.0.1")));
    programs.rgap("agent", "--dry-run", "-c", file.toString()).expectExit(0);
    RunningProgram flags =
        programs.start(programs.agent("10.0.0.4", "-g", "4", "--dry-run", "-d", here()));
    assertThat(flags.expectExit(0).out().all()).contains("  would announce 10.0.0.4");
    // What comes now has nothing before it.
    programs.start(programs.agent("10.0.0.5", "-g", "5", "-d", here())).expectExit(0);
    awaitJoin(listener, "10.0.0.5", 5);
    assertThat(listener.log().matching("has joined")).hasSize(1);
    listener.stop();
  }

  @Test
  void checkKnowsBothKindsOfFiles() throws Exception {
    write("announce:\n", entries());
    assertThat(check(0))
        .containsExactly(file + ": ok (an agent's: 20 entries, 20 groups, 0 checks)");
    write("anounce:\n", entries());
    assertThat(check(1)).anyMatch(line -> line.contains("did you mean 'announce'?"));
    write("groups: []\nannounce:\n", entries());
    assertThat(check(1))
        .containsExactly(
            file
                + ":1:1: announce: is a setting of an agent's file, and 'groups' is one of a"
                + " listener's; make two files of it");
    write("services: []\n", List.of());
    assertThat(check(1))
        .containsExactly(
            file
                + ":1:1: services: is a setting neither of a listener's file nor of an agent's; a"
                + " listener's has 'groups', an agent's has 'announce'");
    write("listen: [':1']\n", List.of());
    programs
        .rgap("agent", "-c", file.toString())
        .expectExit(1)
        .log()
        .await("listen: is a setting of a listener's file, not of an agent's; 'rgap listener -c ");
  }

  private List<String> check(int status) throws InterruptedException {
    return programs.rgap("check", "-c", file.toString()).expectExit(status).out().all();
  }

  @Test
  void theServiceManagerIsTold() throws Exception {
    RunningProgram listener = listener();
    write("announce:\n", List.of(entry(1, "address: 10.0.0.1"), entry(2, "address: 10.0.0.2")));
    Path told = Files.createFile(directory.resolve("told"));
    RunningProgram agent =
        programs.start(
            Program.rgap("agent", "-c", file.toString())
                .by("sh", "-c", "exec \"$@\" 0<>\"$0\"", told.toString())
                .with("RGAP_NOTIFY", "stdin")
                .with("RGAP_WATCHDOG_USEC", "200000"));
    awaitTold(told, "READY=1");
    awaitTold(told, "STATUS=announcing 2 entries");
    awaitTold(told, "WATCHDOG=1");
    awaitJoin(listener, "10.0.0.1", 1);
    write("announce:\n", List.of(entry(1, "address: 10.0.0.1")));
    reload(agent).expectExit(0);
    awaitTold(told, "RELOADING=1\nMONOTONIC_USEC=");
    awaitTold(told, "STATUS=announcing 10.0.0.1 to group 1");
    write("announce: soon\n", List.of());
    reload(agent).expectExit(1);
    awaitTold(told, "STATUS=announcing 10.0.0.1 to group 1; the last reload failed, see the log");
    agent.stop();
    awaitTold(told, "STOPPING=1");
    listener.stop();
  }

  private static void awaitTold(Path told, String message) throws Exception {
    Eventually.equal(() -> Files.readString(told).contains(message), true);
  }
}
