package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says whether a running rgap reads what it receives, by what Linux tells about its UDP sockets. It
 * sends nothing, so that looking often changes neither members nor counters nor the log.
 *
 * <p>A listener is healthy if it has sockets, and in each of them nothing waits, or what waits gets
 * less. One that hangs while nothing arrives is noticed after the next datagram. An agent that has
 * no socket open is healthy as long as it runs.
 */
public final class HealthCommand implements Command {

  private static final Flag READY =
      Flag.toggle("ready", Flag.NO_LETTER, "fail also while a group of the listener is not ready");

  static final Path PROC = Path.of("/proc");
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LOOKS = 20;

  @Override
  public String summary() {
    return "tell whether a running rgap reads what it receives (PID: default the only one)";
  }

  @Override
  public List<Flag> flags() {
    return List.of(READY);
  }

  @Override
  public Operand operand() {
    return new Operand("PID", false, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Exception {
    RunningRgap running = RunningRgap.named(arguments.operands(), PROC);
    boolean ready = arguments.isOn(READY);
    try {
      int sockets = look(running);
      if (ready) {
        ReadySign.require(running.directory());
      }
      String groups = ready ? ", all groups are ready" : "";
      environment.out().println("ok (" + sockets + " UDP sockets" + groups + ")");
      return 0;
    } catch (AccessDeniedException e) {
      throw new Failure(
          "process "
              + running.pid()
              + " belongs to another user; run this as that user or as root");
    }
  }

  /**
   * Fails if a process is not healthy.
   *
   * @return how many UDP sockets it has
   */
  static int look(RunningRgap running) throws Exception {
    Path process = running.directory();
    Map<String, Long> before = waiting(process);
    if (before.isEmpty() && running.isListener()) {
      throw new Failure("process " + running.pid() + " is a listener without a UDP socket");
    }
    Set<String> stuck = new HashSet<>();
    before.forEach((socket, bytes) -> {
      if (bytes > 0) {
        stuck.add(socket);
      }
    });
    for (int look = 0; look < LOOKS && !stuck.isEmpty(); look++) {
      Thread.sleep(PAUSE);
      Map<String, Long> now = waiting(process);
      for (Map.Entry<String, Long> socket : before.entrySet()) {
        long bytes = now.getOrDefault(socket.getKey(), 0L);
        if (bytes == 0 || bytes < socket.getValue()) {
          stuck.remove(socket.getKey());
        }
      }
      before = now;
    }
    if (!stuck.isEmpty()) {
      throw new Failure(
          "process " + running.pid() + " does not read from " + stuck.size() + " UDP sockets");
    }
    return before.size();
  }

  /** The UDP sockets of a process, and how many bytes wait in each. */
  private static Map<String, Long> waiting(Path process) throws IOException, Failure {
    Set<String> own = new HashSet<>();
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      for (Path file : files.toList()) {
        own.add(target(file));
      }
    } catch (NoSuchFileException e) {
      throw new Failure("there is no process " + process.getFileName());
    }
    Map<String, Long> waiting = new HashMap<>();
    for (String family : List.of("udp", "udp6")) {
      Path table = process.resolve("net").resolve(family);
      if (Files.exists(table)) { // IPv6 may be off
        for (String line : Files.readAllLines(table)) {
          // number, local, remote, state, sending:receiving, ..., inode
          String[] fields = line.strip().split("\\s+", -1);
          String socket = "socket:[" + fields[9] + "]";
          if (own.contains(socket)) {
            waiting.put(socket, Long.parseLong(fields[4].split(":", -1)[1], 16));
          }
        }
      }
    }
    return waiting;
  }

  /** What an open file is; empty if it was closed meanwhile. */
  private static String target(Path file) throws IOException {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
