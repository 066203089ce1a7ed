package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running agent is asked how it is doing, and drained. */
class AgentStatusIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private Path runtime = Path.of("");
  private int udp;

  @BeforeEach
  void makeDirectory() throws Exception {
    runtime = Files.createDirectory(directory.resolve("run"));
    udp = Programs.freePort();
  }

  private RunningProgram rgap(String... arguments) {
    return programs.start(here(Program.rgap(arguments)));
  }

  private Program here(Program program) {
    return program.with("RUNTIME_DIRECTORY", runtime.toString());
  }

  private List<String> said(String... arguments) throws Exception {
    return rgap(arguments).expectExit(0).out().all();
  }

  private RunningProgram listener() throws Exception {
    Path config = programs.config(directory, "127.0.0.1:" + udp, "10m");
    return Programs.awaitReady(rgap("listener", "-c", config.toString()));
  }

  /** Starts an agent and waits until it can be asked. */
  private RunningProgram agent(String address) throws Exception {
    RunningProgram agent =
        programs.start(
            here(
                programs.agent(
                    address, "-i", "100ms", "--local-socket", "-d", "127.0.0.1:" + udp)));
    Path _ = socket(agent);
    return agent;
  }

  private Path socket(RunningProgram agent) throws Exception {
    String name = "agent-" + pid(agent) + "\\b.*[.]sock";
    return Eventually.see(
            "an agent's socket",
            () ->
                sockets().stream()
                    .filter(file -> file.getFileName().toString().matches(name))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private List<Path> sockets() throws IOException {
    try (Stream<Path> files = Files.list(runtime)) {
      return files.toList();
    }
  }

  private static String pid(RunningProgram program) {
    return Long.toString(program.process().pid());
  }

  private String curl(RunningProgram agent, String... arguments) throws Exception {
    return Program.of(Tools.require("curl", "curl"), "-sS", "--unix-socket")
        .and(socket(agent).toString())
        .and(arguments)
        .run();
  }

  @Test
  void tellsHowItIsDoing() throws Exception {
    RunningProgram agent = agent("192.0.2.1");

    assertThat(said("status"))
        .anyMatch(line -> line.matches("1000 +announcing +\\S+Z +192\\.0\\.2\\.1"));
    assertThat(said("status", "--json"))
        .singleElement()
        .asString()
        .startsWith("{\"agents\":[{\"group\":\"1000\",");
    assertThat(curl(agent, "http://localhost/v1/agents"))
        .contains("\"state\":\"announcing\"", "\"addresses\":[\"192.0.2.1\"]");
    assertThat(curl(agent, "http://localhost/metrics"))
        .contains("rgap_agent_announcements_total{destination=\"127.0.0.1:" + udp + "\"}");
    assertThat(curl(agent, "-X", "POST", "http://localhost/-/reload"))
        .contains("goes by its command line");
    rgap("status", "1000").expectExit(1).log().await("an agent, which knows no members");
    rgap("status", "192.0.2.1").expectExit(1).log().await("an agent, which knows no members");

    agent.stop();
    assertThat(runtime).isEmptyDirectory();
  }

  @Test
  void isDrainedAndUndrained() throws Exception {
    RunningProgram listener = listener();
    RunningProgram agent = agent("192.0.2.1");
    listener.log().await("192.0.2.1 has joined");

    assertThat(said("drain")).singleElement().asString().matches("group 1000: drain(ing|ed)");
    listener.log().await("192.0.2.1 has left");
    assertThat(curl(agent, "-o", "/dev/null", "-w", "%{http_code}", "http://localhost/-/ready"))
        .isEqualTo("503");
    assertThat(said("undrain", pid(agent))).containsExactly("group 1000: announcing");
    listener.log().await("192.0.2.1 has joined", 2);
    assertThat(curl(agent, "-X", "POST", "http://localhost/v1/drain")).contains("\"drain");
    listener.log().await("192.0.2.1 has left", 2);

    agent.stop();
  }

  @Test
  void ofTwoAgentsOneIsNamed() throws Exception {
    RunningProgram one = agent("192.0.2.1");
    RunningProgram two = agent("192.0.2.2");

    rgap("drain")
        .expectExit(1)
        .log()
        .await("more than one agent runs here: name one of the processes .*" + pid(one));
    rgap("status").expectExit(1).log().await("more than one agent runs here");
    assertThat(said("drain", pid(one))).hasSize(1);
    assertThat(said("status", "--socket", socket(two).toString()))
        .anyMatch(line -> line.matches("1000 +announcing .*192\\.0\\.2\\.2"));
    rgap("drain", pid(two), "--socket", "x").expectExit(1).log().await("one of them only");
  }

  @Test
  void onlyAgentsAreDrained() throws Exception {
    rgap("drain").expectExit(1).log().await("no agent's socket is to be seen in " + runtime);
    rgap("status").expectExit(1).log().await("no listener's or agent's socket is to be seen");
    rgap("undrain", "nonsense").expectExit(1).log().await("is not the number of a process");
    rgap("drain", "999999999").expectExit(1).log().await("there is no process 999999999");

    RunningProgram listener = listener();

    rgap("drain").expectExit(1).log().await("no agent's socket is to be seen in " + runtime);
    rgap("drain", pid(listener)).expectExit(1).log().await("is a listener, and no agent");
    Path socket = sockets().getFirst();
    rgap("drain", "--socket", socket.toString())
        .expectExit(1)
        .log()
        .await("only agents can be drained");
    rgap("drain", Long.toString(ProcessHandle.current().pid()))
        .expectExit(1)
        .log()
        .await("is no agent");
  }

  @Test
  void aListenerIsAskedWhereBothRun() throws Exception {
    RunningProgram listener = listener();
    RunningProgram _ = agent("192.0.2.1");
    listener.log().await("192.0.2.1 has joined");

    assertThat(said("status")).contains("1000   1        ready");
  }

  @Test
  void anAgentGoesOnWithoutASocket() throws Exception {
    RunningProgram listener = listener();
    Path file = Files.createFile(directory.resolve("file"));

    RunningProgram agent =
        programs.start(
            programs
                .agent("192.0.2.1", "-i", "100ms", "--local-socket", "-d", "127.0.0.1:" + udp)
                .with("RUNTIME_DIRECTORY", file.toString()));

    agent.log().await("WARNING there is no socket for 'rgap status'");
    listener.log().await("192.0.2.1 has joined");
    agent.stop();
    listener.log().await("192.0.2.1 has left");
  }

  @Test
  void withAFileItAnswersByTcpWhoShowsTheToken() throws Exception {
    int tcp = Programs.freePort();
    String token = programs.otherKey();
    Programs.keyFile(directory.resolve("token"), token);
    Path header = Files.writeString(directory.resolve("header"), "Authorization: Bearer " + token);
    Path config =
        Programs.config(
            directory,
            """
            announce:
            - {group: 1000, psk: %s, address: 192.0.2.1, interval: 1s, destinations: ['127.0.0.1:%d']}
            - {group: 2000, psk: %s, address: 192.0.2.2, interval: 1s, destinations: ['127.0.0.1:%d']}
            http: {listen: ['127.0.0.1:%d'], token_file: %s}
            """
                .formatted(programs.key, udp, programs.key, udp, tcp, directory.resolve("token")));
    RunningProgram agent = rgap("agent", "-c", config.toString());
    agent.log().await("agent ready");
    String base = "http://127.0.0.1:" + tcp;
    String[] open = {"-o", "/dev/null", "-w", "%{http_code}", base + "/-/ready"};
    String[] refused = {"-o", "/dev/null", "-w", "%{http_code}", "-XPOST", base + "/v1/drain"};

    assertThat(tcp(open)).isEqualTo("200");
    assertThat(tcp(refused)).isEqualTo("401");
    assertThat(tcp("-H", "@" + header, "-XPOST", base + "/v1/drain"))
        .contains("{\"group\":\"1000\"", "{\"group\":\"2000\"")
        .doesNotContain("announcing");
    assertThat(
            said("undrain", "--url", base, "--token-file", directory.resolve("token").toString()))
        .containsExactly("group 1000: announcing", "group 2000: announcing");
    assertThat(tcp("-H", "@" + header, "-XPOST", base + "/-/reload")).contains("\"problems\":[]");
    assertThat(said("status", "--json")).hasSize(1);

    agent.stop();
  }

  private static String tcp(String... arguments) throws Exception {
    return Program.of(Tools.require("curl", "curl"), "-sS").and(arguments).run();
  }
}
