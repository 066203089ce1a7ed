package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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

  /** The class by which a process of Java is rgap. */
  private static final String MAIN = Command.class.getPackageName().replace("command", "Main");

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LOOKS = 20;

  @Override
  public String summary() {
    return "tell whether a running rgap reads what it receives (PID: default 1)";
  }

  @Override
  public List<Flag> flags() {
    return List.of();
  }

  @Override
  public Operand operand() {
    return new Operand("PID", false, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Exception {
    String pid =
        arguments.operands().isEmpty() ? main(Path.of("/proc")) : arguments.operands().getFirst();
    if (!isNumber(pid)) {
      throw new Failure("'" + pid + "' is not the number of a process");
    }
    try {
      environment.out().println("ok (" + look(Path.of("/proc", pid)) + " UDP sockets)");
      return 0;
    } catch (AccessDeniedException e) {
      throw new Failure(
          "process " + pid + " belongs to another user; run this as that user or as root");
    }
  }

  /**
   * The process that a container is there for: process 1, or where that is only an init, the rgap
   * that it has started.
   *
   * @param proc where Linux tells about processes
   */
  static String main(Path proc) throws IOException {
    if (!isRgap(proc.resolve("1"))) {
      try (Stream<Path> all = Files.list(proc)) {
        for (Path process : all.toList()) {
          if (isNumber(process.getFileName().toString())
              && isChildOfInit(process)
              && isRgap(process)) {
            return process.getFileName().toString();
          }
        }
      }
    }
    return "1";
  }

  private static boolean isNumber(String name) {
    return name.matches("[0-9]{1,10}");
  }

  private static boolean isRgap(Path process) {
    try {
      List<String> arguments = arguments(process);
      return arguments.contains(MAIN) && !arguments.contains("health");
    } catch (IOException e) {
      return false; // another's, or has ended
    }
  }

  private static boolean isChildOfInit(Path process) {
    try {
      return Files.readAllLines(process.resolve("status")).contains("PPid:\t1");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Fails if a process is not healthy.
   *
   * @param process its directory in /proc
   * @return how many UDP sockets it has
   */
  static int look(Path process) throws Exception {
    Map<String, Long> before = waiting(process);
    if (before.isEmpty() && isListener(process)) {
      throw new Failure("process " + process.getFileName() + " is a listener without a UDP socket");
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
          "process "
              + process.getFileName()
              + " does not read from "
              + stuck.size()
              + " UDP sockets");
    }
    return before.size();
  }

  private static boolean isListener(Path process) throws IOException {
    return arguments(process).contains("listener");
  }

  private static List<String> arguments(Path process) throws IOException {
    String all = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    return Arrays.asList(all.split("\0", -1));
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
