package dev.rgap.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of others, which a machine may have or not. */
final class Tools {

  private Tools() {}

  /** Where a program is; without it the test is skipped. */
  static String require(String program, String debianPackage) {
    List<String> directories = new ArrayList<>();
    directories.addAll(Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":")));
    directories.addAll(List.of("/usr/sbin", "/sbin")); // not in everyone's PATH
    for (String directory : directories) {
      Path file = Path.of(directory, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    return missing(program, debianPackage);
  }

  /** A program that is in nobody's PATH; without it the test is skipped. */
  static String require(Path program, String debianPackage) {
    return Files.isExecutable(program)
        ? program.toString()
        : missing(program.toString(), debianPackage);
  }

  private static String missing(String program, String debianPackage) {
    return abort(program + " is not installed (Debian's package " + debianPackage + ")");
  }
}
