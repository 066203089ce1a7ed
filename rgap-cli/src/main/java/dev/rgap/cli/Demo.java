package dev.rgap.cli;

import java.io.PrintStream;
import java.time.Duration;

/** Stub. */
final class Demo {

  Demo(Duration bound, PrintStream out) {}

  int run(Shutdown shutdown) throws Exception {
    return 0;
  }
}
