package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A listener with every output, and an agent, on a host that does not behave: they keep what they
 * know, go on by themselves when it is over, and say so once.
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class HostileHostIT {

  private static final Set<String> OLD = Set.of("10.0.0.1", "10.0.0.2");
  private static final String NEW = "10.0.0.3";
  private static final Set<String> ALL = Set.of("10.0.0.1", "10.0.0.2", NEW);

  private static final String MEMBERS = "rgap_group_members{group=\"1000\"} ";

  /** How long each trouble lasts: longer than a silent member lives. */
  private static final Duration TROUBLE = Duration.ofSeconds(6);

  @ParameterizedTest
  @EnumSource
  void listener(Hostility hostility) throws Exception {
    listener(hostility, false);
  }

  /** It is told meanwhile to read its configuration again, and loses no member whatever happens. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "LOG_NOT_READ",
        "STOPPED_FOR_LONGER_THAN_MEMBERS_LIVE",
        "TENTH_OF_A_PROCESSOR",
        "INTERFACE_GONE",
        "READ_ONLY_ROOT",
        "FULL_DISK",
        "FEW_DESCRIPTORS",
        "LITTLE_MEMORY",
        "PROCESS_1",
        "CLOCK_FAR_FORTH"
      })
  void guardedListener(Hostility hostility) throws Exception {
    listener(hostility, true);
  }

  private static void listener(Hostility hostility, boolean guarded) throws Exception {
    String address = hostility.address();
    boolean mayLose = hostility.cutsOff() && !guarded;
    List<PublishedMembers> outputs =
        PublishedMembers.all().stream().filter(PublishedMembers::visible).toList();
    try (HostileHost host = new HostileHost(new Programs())) {
      hostility.prepare(host);
      host.workers(address, OLD.toArray(String[]::new));
      Program program = guarded ? host.guardedListener(address) : host.listener(address);
      RunningProgram listener = host.programs().start(host.inside(hostility.start(host, program)));
      for (PublishedMembers output : outputs) {
        awaitMembers(listener, host, output, OLD);
      }
      ProcessHandle process = hostility.target(listener.process());

      hostility.begin(host, process);
      // One more joins meanwhile; whether it is seen at once depends.
      Optional<RunningProgram> reload = Optional.empty();
      if (guarded) {
        host.takeOtherKey(address);
        reload = Optional.of(host.programs().rgap("reload", Long.toString(process.pid())));
        host.workersWithOtherKey(address, NEW);
      } else {
        host.workers(address, NEW);
      }
      long end = System.nanoTime() + TROUBLE.toNanos();
      while (System.nanoTime() < end) {
        for (PublishedMembers output : outputs) {
          Optional<Set<String>> seen = output.look().at(host);
          if (seen.isPresent() && !mayLose) {
            assertThat(seen.get()).as(output.name()).containsAll(OLD).isSubsetOf(ALL);
          }
        }
        String numbers = host.numbers();
        if (!numbers.isEmpty()) {
          assertThat(numbers).as("whole").startsWith("# HELP ").contains(MEMBERS).endsWith("\n");
        }
        Thread.sleep(100);
      }
      hostility.end(host, process);

      if (reload.isPresent()) {
        assertThat(reload.get().expectExit(0).out().all()).containsExactly("reloaded");
      }
      for (PublishedMembers output : outputs) {
        awaitMembers(listener, host, output, ALL);
      }
      Eventually.see(
          "the numbers", host::numbers, text -> text.contains(MEMBERS + ALL.size() + ".0\n"));
      if (!mayLose && Files.exists(host.history())) {
        // Not for a moment either.
        List<String> runs = Files.readAllLines(host.history());
        assertThat(runs.subList(firstWith(OLD, runs), runs.size()))
            .allSatisfy(members -> assertThat(members).contains(OLD));
      }
      var _ =
          host.programs()
              .rgap("health", "--ready", Long.toString(hostility.rgap(process).pid()))
              .expectExit(0);
      RunningProgram.Lines log = hostility.log(host, listener);
      log.await("10\\.0\\.0\\.3 has joined|dropped");
      Hostility.signal(process, "TERM");
      assertThat(listener.awaitExit()).as(listener::describe).isZero();
      assertSaidOnce(log);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agent(Hostility hostility) throws Exception {
    try (HostileHost host = new HostileHost(new Programs())) {
      hostility.prepare(host);
      RunningProgram listener = host.healthyListener();
      // Nobody hears it at the second destination: what becomes of one is nothing to the other.
      Program program =
          host.programs()
              .agent("10.82.71.1", "-i", "300ms", "-d", "listener.test:8271")
              .and("-d", "239.82.71.66:8271", "--ttl", "4");
      RunningProgram agent = host.programs().start(host.inside(hostility.start(host, program)));
      listener.log().await("10\\.82\\.71\\.1 has joined");
      ProcessHandle process = hostility.target(agent.process());

      hostility.begin(host, process);
      Thread.sleep(TROUBLE.toMillis());
      hostility.end(host, process);

      if (hostility.silencesAgents()) {
        listener.log().await("10\\.82\\.71\\.1 has joined", 2);
      } else {
        assertThat(listener.log().matching("has left")).as(agent::describe).isEmpty();
      }
      Eventually.see(
          "the healthy listener's file",
          () -> Files.readString(host.healthyHosts()),
          text -> text.contains("10.82.71.1"));
      Hostility.signal(process, "TERM");
      assertThat(agent.awaitExit()).as(agent::describe).isZero();
      assertSaidOnce(hostility.log(host, agent));
    }
  }

  /** Whose address is found, and whose checks have to pass: it may leave meanwhile, and is back. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "LOG_NOT_READ",
        "STOPPED_FOR_LONGER_THAN_MEMBERS_LIVE",
        "TENTH_OF_A_PROCESSOR",
        "ALL_RESOLVERS_DEAD",
        "INTERFACE_GONE",
        "READ_ONLY_ROOT",
        "FULL_DISK",
        "FEW_DESCRIPTORS",
        "LITTLE_MEMORY",
        "PROCESS_1",
        "CLOCK_FAR_FORTH"
      })
  void checkedAgent(Hostility hostility) throws Exception {
    try (HostileHost host = new HostileHost(new Programs())) {
      hostility.prepare(host);
      RunningProgram listener = host.healthyListener();
      Program program = host.checkedAgent();
      RunningProgram agent = host.programs().start(host.inside(hostility.start(host, program)));
      listener.log().await("10\\.82\\.71\\.1 has joined");
      ProcessHandle process = hostility.target(agent.process());

      hostility.begin(host, process);
      Thread.sleep(TROUBLE.toMillis());
      hostility.end(host, process);

      Eventually.see(
          "the healthy listener's file",
          () -> Files.readString(host.healthyHosts()),
          text -> text.contains("10.82.71.1"));
      Hostility.signal(process, "TERM");
      assertThat(agent.awaitExit()).as(agent::describe).isZero();
      assertSaidOnce(hostility.log(host, agent));
    }
  }

  private static int firstWith(Set<String> members, List<String> runs) {
    for (int i = 0; i < runs.size(); i++) {
      if (members.stream().allMatch(runs.get(i)::contains)) {
        return i;
      }
    }
    return runs.size();
  }

  private static void awaitMembers(
      RunningProgram listener, HostileHost host, PublishedMembers output, Set<String> members)
      throws Exception {
    try {
      Eventually.equal(() -> output.look().at(host), Optional.of(new TreeSet<>(members)));
    } catch (AssertionError e) {
      throw new AssertionError(output.name() + ": " + listener.describe(), e);
    }
  }

  /** Each trouble with each thing is told in one line, and its end in another one. */
  private static void assertSaidOnce(RunningProgram.Lines log) throws IOException {
    List<String> warnings =
        log.matching("WARNING|ERROR").stream()
            .map(line -> line.replaceAll("\\d+", "0").replaceAll("\\.rgap-\\S+", "NAME"))
            .toList();
    assertThat(
            warnings.stream().collect(Collectors.groupingBy(line -> line, Collectors.counting())))
        .as(() -> String.join("\n", log.all()))
        .allSatisfy((line, times) -> assertThat(times).as(line).isLessThanOrEqualTo(2));
    assertThat(log.matching("Exception|\tat ")).isEmpty();
  }
}
