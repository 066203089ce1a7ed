package dev.rgap.host.programs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Processes that can be found again: those that have this object's mark in their environment. Kills
 * what is left of them when it is closed.
 */
final class Processes implements AutoCloseable {

  /** The variable that holds the mark. */
  static final String VARIABLE = "RGAP_TEST_MARK";

  private final String mark = UUID.randomUUID().toString();

  /** The value of the variable. */
  String mark() {
    return mark;
  }

  /** Those that live; a zombie has no environment. */
  List<ProcessHandle> living() {
    return ProcessHandle.allProcesses().filter(this::isMarked).toList();
  }

  /** Waits until as many live. */
  void awaitLiving(int count) {
    await(() -> living().size() == count);
  }

  /** Waits until it is so; {@code @Timeout} ends it if it never is. */
  static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError("waited too long", e);
      }
    }
  }

  private boolean isMarked(ProcessHandle process) {
    try {
      Path environment = Path.of("/proc/" + process.pid() + "/environ");
      return new String(Files.readAllBytes(environment), StandardCharsets.UTF_8)
          .contains(VARIABLE + "=" + mark);
    } catch (IOException e) {
      return false; // It has ended, or is another user's.
    }
  }

  @Override
  public void close() {
    living().forEach(ProcessHandle::destroyForcibly);
  }
}
