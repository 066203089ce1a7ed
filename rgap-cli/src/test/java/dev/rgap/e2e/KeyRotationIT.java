package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.KeyUse;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Many agents and two listeners get another key, as docs/keys.md has it. One of the listeners is
 * the program; the other one is part of this program, which can look at its counters.
 */
@Execution(ExecutionMode.CONCURRENT)
class KeyRotationIT {

  private static final int AGENTS = 50;
  private static final GroupId GROUP = new GroupId(1000);

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private final Queue<IpAddress> left = new ConcurrentLinkedQueue<>();
  private String program;
  private String embedded;
  private String other;

  @BeforeEach
  void makeKeys() throws Exception {
    program = "127.0.0.1:" + Programs.freePort();
    embedded = "127.0.0.1:" + Programs.freePort();
    other = programs.otherKey();
    Programs.keyFile(directory.resolve("old.key"), programs.key);
    Programs.keyFile(directory.resolve("new.key"), other);
  }

  private Path config(String listen, String keys) throws Exception {
    return Programs.config(
        Files.createDirectories(directory.resolve("of-" + listen)),
        """
        listen: ["%s"]
        groups: [{id: 1000, %s, expire: 6s}]
        outputs: [{kind: eventlog}]
        """
            .formatted(listen, keys));
  }

  private ListenerConfig embeddedConfig(String keys) throws Exception {
    Environment none = new Environment(Map.of(), System.in, System.out, System.err, new Shutdown());
    return new ConfigFile().read(config(embedded, keys).toString(), none).config().orElseThrow();
  }

  private Path keyOf(int agent) {
    return directory.resolve(agent + ".key");
  }

  private RunningProgram agent(int number) throws Exception {
    Programs.keyFile(keyOf(number), programs.key);
    Program agent =
        Program.packaged("agent", "agent", "-g", "1000", "-i", "500ms")
            .and("-a", "10.0.0." + number, "-d", program, "-d", embedded)
            .and("--psk-file", keyOf(number).toString());
    return programs.start(agent);
  }

  private static List<KeyUse> uses(Listener listener) {
    return listener.membership().keyUses(GROUP);
  }

  private static int members(Listener listener) {
    return listener.membership().snapshot(GROUP).addresses().size();
  }

  /** Waits until each agent has announced with the first key several times. */
  private static void awaitMore(Listener listener) throws Exception {
    long before = uses(listener).getFirst().announcements();
    Eventually.see(
        "announcements",
        () -> uses(listener).getFirst().announcements() - before,
        more -> more >= 4 * AGENTS);
  }

  private void reload(RunningProgram listener, String keys) throws Exception {
    var _ = config(program, keys);
    String pid = Long.toString(listener.process().pid());
    assertThat(programs.rgap("reload", pid).expectExit(0).out().all()).containsExactly("reloaded");
  }

  @Test
  void losesNoMemberOfManyAgentsAndTwoListeners() throws Exception {
    String before = "psk_file: ../old.key";
    String meanwhile = "psks: [{psk_file: ../new.key}, {psk_file: ../old.key}]";
    String after = "psk_file: ../new.key";
    RunningProgram first = programs.listener(config(program, before));
    List<RunningProgram> agents = new ArrayList<>();
    try (Listener second = Listener.builder(embeddedConfig(before)).build();
        var _ = second.membership().subscribeAll(Runnable::run, this::happens)) {
      second.start();
      for (int i = 1; i <= AGENTS; i++) {
        agents.add(agent(i));
      }
      first.log().await("has joined group 1000", AGENTS);
      Eventually.equal(() -> members(second), AGENTS);

      reload(first, meanwhile);
      assertThat(second.reconfigure(embeddedConfig(meanwhile)).complete()).isTrue();
      assertThat(uses(second)).hasSize(2).first().extracting(KeyUse::announcements).isEqualTo(0L);
      for (int i = 1; i <= AGENTS; i++) {
        Programs.keyFile(keyOf(i), other);
      }
      for (RunningProgram agent : agents) {
        agent.log().await("announcing with the key .* from now on");
      }
      // What they have sent before is behind when more has come.
      awaitMore(second);
      long old = uses(second).getLast().announcements();
      awaitMore(second);
      assertThat(uses(second).getLast().announcements()).as("the old one").isEqualTo(old);

      reload(first, after);
      assertThat(second.reconfigure(embeddedConfig(after)).complete()).isTrue();
      awaitMore(second);
      assertThat(members(second)).isEqualTo(AGENTS);
      assertThat(left).isEmpty();
      assertThat(first.log().matching("has left")).isEmpty();
      for (RunningProgram agent : agents) {
        agent.signal("TERM");
      }
      for (RunningProgram agent : agents) {
        var _ = agent.expectExit(0);
      }
      assertThat(second.stats().summary()).as("of the old key, too").contains("rejected: 0");
    }
    first.stop();
    assertThat(first.log().matching("has joined")).hasSize(AGENTS);
    assertThat(first.log().all().getLast()).contains("rejected: 0");
  }

  private void happens(MembershipEvent event) {
    if (event instanceof MembershipEvent.Left gone) {
      left.add(gone.address());
    }
  }
}
