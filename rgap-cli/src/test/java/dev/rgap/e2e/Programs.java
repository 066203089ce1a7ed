package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The programs that a test has started; ends them, and sees that none has printed a key. */
final class Programs implements AutoCloseable {

  private static final int FIRST_PORT = 10_000;
  private static final int PORTS = 20_000;

  /** Somewhere, so that what another run has left behind is not met again. */
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  /** The key of the test's groups. */
  final String key = PreSharedKey.generate(new SecureRandom()).revealHex();

  private final List<String> secrets = new ArrayList<>(List.of(key));
  private final Deque<RunningProgram> started = new ArrayDeque<>();
  private final List<BridgedHosts> networks = new ArrayList<>();

  /** Hosts that are there until all programs have ended. */
  BridgedHosts hosts(String... names) throws IOException, InterruptedException {
    BridgedHosts hosts = new BridgedHosts(names);
    networks.add(hosts);
    return hosts;
  }

  RunningProgram start(Program program) {
    RunningProgram running = RunningProgram.start(program);
    started.push(running);
    return running;
  }

  RunningProgram rgap(String... arguments) {
    return start(Program.rgap(arguments));
  }

  /** Starts a listener and waits until it listens. */
  RunningProgram listener(Path config) throws InterruptedException {
    return awaitReady(rgap("listener", "-c", config.toString()));
  }

  static RunningProgram awaitReady(RunningProgram listener) throws InterruptedException {
    listener.log().await("listener ready");
    return listener;
  }

  /** An agent that announces to group 1000 with the test's key. */
  Program agent(String address, String... more) {
    List<String> arguments = new ArrayList<>(List.of("agent", "-g", "1000", "-a", address));
    arguments.addAll(List.of(more));
    return Program.rgap(arguments.toArray(String[]::new)).with("RGAP_PSK", key);
  }

  /** Announces once, which is to succeed. */
  void announce(String address, String... more) throws InterruptedException {
    start(agent(address, more)).expectExit(0);
  }

  /** Another key; nobody is to print this one either. */
  String otherKey() {
    String other = PreSharedKey.generate(new SecureRandom()).revealHex();
    secrets.add(other);
    return other;
  }

  /** Puts a key into a file that only its owner can read, in place of one that may be there. */
  static void keyFile(Path file, String key) throws IOException {
    Path made = file.resolveSibling(file.getFileName() + ".new");
    Files.createFile(
        made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(made, key + "\n");
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes a configuration that only its owner can read. */
  static Path config(Path directory, String yaml) throws IOException {
    Path file = directory.resolve("rgap.yaml");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, yaml);
  }

  /** One that listens here, has group 1000 with the test's key, and logs all events. */
  Path config(Path directory, String listen, String expire, String... outputs) throws IOException {
    StringBuilder more = new StringBuilder();
    for (String output : outputs) {
      more.append("- ").append(output).append('\n');
    }
    return config(
        directory,
        """
        listen: ["%s"]
        groups:
        - {id: 1000, psk: %s, expire: %s}
        outputs:
        - kind: eventlog
        %s\
        """
            .formatted(listen, key, expire, more));
  }

  /**
   * A port that nobody uses, neither by UDP nor by TCP, and that no other test gets. It is none of
   * those that the system gives to whoever names none: each connection of a test that runs at the
   * same time gets such a one.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      if (Program.betweenStarts(() -> isFree(port))) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (DatagramSocket _ = new DatagramSocket(port);
        ServerSocket _ = new ServerSocket(port)) {
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("in use");
      return false;
    }
  }

  @Override
  public void close() {
    started.forEach(RunningProgram::close);
    networks.forEach(BridgedHosts::close);
    for (RunningProgram program : started) {
      program.assertNobodyWritesOn();
      for (String secret : secrets) {
        assertHides(secret, program.out());
        assertHides(secret, program.log());
      }
    }
  }

  /** Not even a part of it that would make guessing the rest easier. */
  private static void assertHides(String secret, RunningProgram.Lines lines) {
    for (int i = 0; i + 12 <= secret.length(); i++) {
      String part = secret.substring(i, i + 12);
      assertThat(lines.all()).noneMatch(line -> line.contains(part));
    }
  }
}
