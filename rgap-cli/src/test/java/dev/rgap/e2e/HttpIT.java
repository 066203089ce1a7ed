package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A running listener is asked, by its socket and by HTTP. */
@Execution(ExecutionMode.CONCURRENT)
class HttpIT {

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private Path runtime = Path.of("");
  private int udp;
  private int tcp;

  @BeforeEach
  void makeDirectory() throws Exception {
    runtime = Files.createDirectory(directory.resolve("run"));
    udp = Programs.freePort();
    tcp = Programs.freePort();
  }

  private Program rgap(String... arguments) {
    return Program.rgap(arguments).with("RUNTIME_DIRECTORY", runtime.toString());
  }

  private RunningProgram listener(String more) throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups:
            - {id: 1000, psk: %s, expire: 10m}
            - {id: 2000, psk: %s, expire: 10m, readiness_delay: 10m}
            outputs: [{kind: eventlog}]
            %s
            """
                .formatted(udp, programs.key, programs.key, more));
    return Programs.awaitReady(programs.start(rgap("listener", "-c", config.toString())));
  }

  private String http() {
    return "http: {listen: ['127.0.0.1:" + tcp + "']}";
  }

  private void announce(String address) throws Exception {
    programs.announce(address, "-d", "127.0.0.1:" + udp);
  }

  private Path socket() throws IOException {
    return socket("listener");
  }

  private Path socket(String name) throws IOException {
    try (Stream<Path> files = Files.list(runtime)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name + "\\b.*[.]sock"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Program curl(String... arguments) {
    return Program.of(Tools.require("curl", "curl"), "-sS").and(arguments);
  }

  private String members() throws Exception {
    return programs.start(rgap("members", "1000")).expectExit(0).out().all().toString();
  }

  @Test
  void theAdministratorAsksByTheSocketAndOthersByTcp() throws Exception {
    RunningProgram listener = listener(http());
    announce("192.0.2.1");
    Eventually.equal(this::members, "[192.0.2.1]");

    String path = socket().toString();
    assertThat(curl("--unix-socket", path, "http://localhost/v1/groups/1000").run())
        .contains("192.0.2.1");
    String base = "http://127.0.0.1:" + tcp;
    assertThat(curl(base + "/v1/groups/1000/lines").run()).isEqualTo("192.0.2.1\n");
    assertThat(curl("-o", "/dev/null", "-w", "%{http_code}", base + "/-/ready").run())
        .isEqualTo("503");
    assertThat(
            curl("-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", base + "/-/reload").run())
        .isEqualTo("403");
    assertThat(curl("-H", "Host: evil.example", base + "/v1/groups").run()).contains("421");

    assertThat(programs.start(rgap("status")).expectExit(0).out().all())
        .contains("1000   1        ready", "2000   0        not ready");
    assertThat(programs.start(rgap("status", "1000")).expectExit(0).out().all())
        .anyMatch(line -> line.startsWith("192.0.2.1  9m"));
    assertThat(programs.start(rgap("status", "--json", "--url", base)).expectExit(0).out().all())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{"));
    programs
        .start(rgap("members", "2000"))
        .expectExit(1)
        .log()
        .await("group 2000 may not know all of its members yet");

    listener.stop();
    assertThat(runtime).isEmptyDirectory();
  }

  @Test
  void aLongPollIsAnsweredWhenAMemberJoins() throws Exception {
    RunningProgram _ = listener(http());
    RunningProgram poll =
        programs.start(curl("http://127.0.0.1:" + tcp + "/v1/groups/1000?wait=5m&index=0"));

    announce("192.0.2.1");

    poll.out().await("192.0.2.1");
    poll.expectExit(0);
  }

  @Test
  void prometheusReadsTheNumbers() throws Exception {
    String promtool = Tools.require("promtool", "prometheus");
    RunningProgram _ = listener(http());
    Path numbers = directory.resolve("numbers");
    curl("-o", numbers.toString(), "http://127.0.0.1:" + tcp + "/metrics").run();

    String said = Program.of("sh", "-c", promtool + " check metrics <" + numbers + " 2>&1").run();

    assertThat(said).isEmpty();
  }

  @Test
  void aSocketThatWasLeftIsReplaced() throws Exception {
    RunningProgram first = listener("");
    first.signal("KILL");
    int _ = first.awaitExit();
    Path left = socket();

    RunningProgram _ = listener("");

    assertThat(socket()).isNotEqualTo(left);
    assertThat(members()).isEqualTo("[]");
  }

  @Test
  void aSocketWithANameOfItsOwnIsReplacedToo() throws Exception {
    Path path = directory.resolve("own.sock");
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(path));
    }
    RunningProgram _ = listener("http: {socket: {path: " + path + ", mode: 0660}}");

    programs.start(rgap("members", "--socket", path.toString(), "1000")).expectExit(0);
    assertThat(Files.getPosixFilePermissions(path)).hasSize(4);
  }

  @Test
  void ofTwoListenersOneIsNamed() throws Exception {
    RunningProgram one = listener("");
    udp = Programs.freePort();
    RunningProgram _ = listener("");

    programs.start(rgap("members", "1000")).expectExit(1).log().await("more than one listener");
    String own = socket("listener-" + one.process().pid()).toString();
    programs.start(rgap("members", "--socket", own, "1000")).expectExit(0);
  }

  @Test
  void aListenerGoesOnWithoutASocket() throws Exception {
    Files.delete(runtime);
    Files.createFile(runtime);

    RunningProgram listener = listener("");

    listener.log().await("WARNING there is no socket for 'rgap status'");
    announce("192.0.2.1");
    listener.log().await("192.0.2.1 has joined");
  }

  @Test
  void aReloadTellsWhatIsWrongAndTakesUpHttp() throws Exception {
    RunningProgram listener = listener("");
    String pid = Long.toString(listener.process().pid());
    Path config = directory.resolve("rgap.yaml");
    String good = Files.readString(config);

    Files.writeString(config, good + "nonsense: 1\n");
    programs
        .start(rgap("reload", pid))
        .expectExit(1)
        .out()
        .await("rgap.yaml:\\d+:1: nonsense: unknown setting");
    Files.writeString(config, good + http() + "\n");
    programs.start(rgap("reload", pid)).expectExit(0);

    assertThat(curl("http://127.0.0.1:" + tcp + "/v1/groups/1000/lines").run()).isEmpty();
    Files.writeString(config, good);
    programs.start(rgap("reload", pid)).expectExit(0);
    programs.start(curl("http://127.0.0.1:" + tcp + "/v1/groups")).expectExit(7); // can't connect
  }

  @Test
  void aStoppedListenerIsSaidAndAnswersWhenItGoesOn() throws Exception {
    RunningProgram listener = listener("");
    announce("192.0.2.1");
    Eventually.equal(this::members, "[192.0.2.1]");

    listener.signal("STOP");
    for (String command : List.of("status", "members 1000")) {
      programs
          .start(rgap(command.split(" ", -1)))
          .expectExit(1)
          .log()
          .await("Error: the listener at .*[.]sock has not answered within 20s");
    }
    listener.signal("CONT");

    assertThat(members()).isEqualTo("[192.0.2.1]");
    assertThat(programs.start(rgap("status")).expectExit(0).out().all())
        .anyMatch(line -> line.matches("1000 +1 +ready"));
  }

  @Test
  void withoutItsRuntimeDirectoryItAnswersByTcp() throws Exception {
    RunningProgram listener = listener(http());
    Files.delete(socket());
    Files.delete(runtime);
    announce("192.0.2.1");

    programs.start(rgap("members", "1000")).expectExit(1).log().await("Error: ");
    String base = "http://127.0.0.1:" + tcp;
    assertThat(programs.start(rgap("members", "--url", base, "1000")).expectExit(0).out().all())
        .containsExactly("192.0.2.1");
    listener.stop();
  }

  @Test
  void anAddressThatIsTakenIsHadWhenItIsFree() throws Exception {
    RunningProgram listener = listener("");
    Path config = directory.resolve("rgap.yaml");
    Files.writeString(config, Files.readString(config) + http() + "\n");
    String pid = Long.toString(listener.process().pid());
    try (ServerSocket _ = new ServerSocket(tcp)) {
      programs.start(rgap("reload", pid)).expectExit(1).log().await("it goes on trying");
      String numbers = "http://localhost/metrics";
      assertThat(curl("--unix-socket", socket().toString(), numbers).run())
          .contains("rgap_config_missing 1.0");
    }
    listener.log().await("http 127\\.0\\.0\\.1:" + tcp + " added at last");
    assertThat(curl("http://127.0.0.1:" + tcp + "/metrics").run())
        .contains("rgap_config_missing 0.0");
  }

  @Test
  void connectionsThatAskNothingHurtNobody() throws Exception {
    RunningProgram listener = listener(http());
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 1_200; i++) { // more than there may be
        silent.add(
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp)));
      }
      announce("192.0.2.1");
      listener.log().await("192.0.2.1 has joined");

      assertThat(curl("http://127.0.0.1:" + tcp + "/v1/groups/1000/lines").run())
          .isEqualTo("192.0.2.1\n");
      assertThat(members()).isEqualTo("[192.0.2.1]");
    } finally {
      for (SocketChannel each : silent) {
        each.close();
      }
    }
    assertThat(listener.log().matching("WARN|ERROR")).isEmpty();
  }
}
