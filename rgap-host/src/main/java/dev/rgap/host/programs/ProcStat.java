package dev.rgap.host.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Linux tells about a process in {@code /proc/PID/stat}, see proc(5).
 *
 * @param state such as 'S' for sleeping
 * @param group its process group
 */
record ProcStat(char state, long group) {

  private static final Path PROC = Path.of("/proc");

  /** Whether there is such a thing here. */
  static boolean supported() {
    return Files.isReadable(PROC.resolve("self/stat"));
  }

  /** Looks at a process. Empty if it has ended and was reaped. */
  static Optional<ProcStat> of(long pid) {
    return read(PROC.resolve(Long.toString(pid)));
  }

  /** Whether anyone in the group lives. */
  static boolean isGroupAlive(long group) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (read(process).filter(stat -> stat.group == group && stat.isAlive()).isPresent()) {
          return true;
        }
      }
      return false;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /**
   * Whether it does something yet. One that waits to be reaped (Z, X) does not; in a container
   * whose first process doesn't care for orphans it waits forever.
   */
  boolean isAlive() {
    return state != 'Z' && state != 'X';
  }

  private static Optional<ProcStat> read(Path process) {
    try {
      return parse(Files.readString(process.resolve("stat"), ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads a line: {@code pid (name) state ppid pgrp …}; the name may hold anything, even ')'. */
  static Optional<ProcStat> parse(String line) {
    String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", 4);
    return fields.length < 4
        ? Optional.empty()
        : Optional.of(new ProcStat(fields[0].charAt(0), Long.parseLong(fields[2])));
  }
}
