package dev.rgap.cli.help;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs that a machine may have or not. */
final class Installed {

  private Installed() {}

  /** Skips the test if a program is missing. */
  static void require(String program) {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    assumeTrue(installed, program + " is not installed");
  }
}
