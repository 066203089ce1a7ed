package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A command line that is ready to be run, with its environment.
 *
 * @param words the program and its arguments
 * @param environment what is set besides what the tests themselves have; an empty value unsets
 * @param directory where it runs; null for where the tests run
 * @param stderr the file that its standard error goes to; null to have it collected
 */
record Program(
    List<String> words,
    Map<String, String> environment,
    @Nullable Path directory,
    @Nullable Path stderr) {

  private static final Path LIB = Path.of("target", "dist", "lib").toAbsolutePath();

  /** Held for reading while a program is being started, and for writing while none may be. */
  private static final ReadWriteLock STARTS = new ReentrantReadWriteLock();

  /** Opens something here, and closes it again. */
  @FunctionalInterface
  interface Opening<T> {
    T run() throws IOException;
  }

  Program {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /** Any program. */
  static Program of(String... words) {
    return new Program(List.of(words), Map.of(), null, null);
  }

  /**
   * The program as the build made it, run with the JDK that runs the tests; or the one that {@code
   * RGAP_PROGRAM} names, such as that of a package.
   */
  static Program rgap(String... arguments) {
    String packaged = System.getenv("RGAP_PROGRAM");
    if (packaged != null) {
      return of(packaged).and(arguments);
    }
    assertThat(LIB).as("the built program; the phase 'package' makes it").isDirectory();
    List<String> words = new ArrayList<>();
    words.add(java());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    words.addAll(List.of("-cp", LIB + File.separator + "*", "dev.rgap.cli.Main"));
    words.addAll(List.of(arguments));
    return new Program(words, Map.of(), null, null);
  }

  /** A listener with the options that the packages give to java, and with their heap. */
  static Program packagedListener(String... arguments) {
    return packaged("listener", "listener").and(arguments);
  }

  /**
   * With the options that the packages give to java.
   *
   * @param options which of them: those of the listener, the agent or other commands
   */
  static Program packaged(String options, String... arguments) {
    Program plain = rgap(arguments);
    if (System.getenv("RGAP_PROGRAM") != null) {
      return plain;
    }
    List<String> words = new ArrayList<>();
    words.add(java());
    words.add("@" + Path.of(options + ".args").toAbsolutePath());
    words.addAll(plain.words().subList(plain.words().indexOf("-cp"), plain.words().size()));
    return new Program(words, Map.of(), null, null);
  }

  /** The {@code java} that runs the tests. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The same, run by another program, such as {@code env}. */
  Program by(String... runner) {
    List<String> all = new ArrayList<>(List.of(runner));
    all.addAll(words);
    return new Program(all, environment, directory, stderr);
  }

  /** With these arguments besides. */
  Program and(String... arguments) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(arguments));
    return new Program(all, environment, directory, stderr);
  }

  Program with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Program(words, more, directory, stderr);
  }

  Program in(Path workingDirectory) {
    return new Program(words, environment, workingDirectory, stderr);
  }

  Program withStderrTo(Path file) {
    return new Program(words, environment, directory, file);
  }

  Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("RGAP_") || name.startsWith("JOURNAL_"));
    environment.forEach((name, value) -> {
      if (value.isEmpty()) {
        variables.remove(name);
      } else {
        variables.put(name, value);
      }
    });
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    if (stderr != null) {
      builder.redirectError(stderr.toFile());
    }
    Process process = startNow(builder);
    process.getOutputStream().close();
    return process;
  }

  private static Process startNow(ProcessBuilder builder) throws IOException {
    STARTS.readLock().lock();
    try {
      return builder.start();
    } finally {
      STARTS.readLock().unlock();
    }
  }

  /**
   * Does something while no program is being started. Each has what is open here at its start,
   * until it is the program: a port that is closed here meanwhile is still taken then, and a script
   * that was written can't be run.
   */
  static <T> T betweenStarts(Opening<T> opening) throws IOException {
    STARTS.writeLock().lock();
    try {
      return opening.run();
    } finally {
      STARTS.writeLock().unlock();
    }
  }

  /** Writes a program that can be run at once. */
  static Path script(Path file, String text) throws IOException {
    return betweenStarts(() -> {
      Files.writeString(file, text);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    });
  }

  /** Runs it to its end and gives its standard output; its status must be 0. */
  String run() throws IOException, InterruptedException {
    Path errors = Files.createTempFile("rgap-e2e", ".err");
    try {
      Process process = withStderrTo(errors).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", this, Files.readString(errors)).isZero();
      return output;
    } finally {
      Files.delete(errors);
    }
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
