package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launchers, {@code rgap} and {@code mvnw}, in a tree that has nothing but them: the JDKs print
 * how they are called, and the build only notes that it was asked for.
 */
@Execution(ExecutionMode.CONCURRENT)
class LauncherIT {

  private static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private Path tree;
  private Path jdks;
  private Path path;

  @BeforeEach
  void makeTree() throws IOException {
    tree = directory.resolve("a tree");
    jdks = Files.createDirectory(directory.resolve("jdks"));
    path = Files.createDirectory(directory.resolve("path"));
    for (String file :
        List.of("rgap", "mvnw", ".mvn/find-jdk.sh", "pom.xml", "docs/configuration.md")) {
      copy(file);
    }
    for (String module :
        List.of("rgap-core", "rgap-host", "rgap-outputs", "rgap-http", "rgap-worker", "rgap-cli")) {
      copy(module + "/pom.xml");
      Files.createDirectories(tree.resolve(module).resolve("src/main"));
    }
    // No JDK, and found before any that there is: what the tests put into jdks is all there is.
    script(path.resolve("java"), "echo wrong java; exit 3");
  }

  private void copy(String file) throws IOException {
    Files.createDirectories(tree.resolve(file).getParent());
    Path _ = Program.betweenStarts(() -> Files.copy(SOURCES.resolve(file), tree.resolve(file)));
  }

  private static void script(Path file, String commands) throws IOException {
    Files.createDirectories(file.getParent());
    Path _ = Program.script(file, "#!/bin/sh\n" + commands + "\n");
  }

  private void jdk(String name, String version) throws IOException {
    Path jdk = jdks.resolve(name);
    script(
        jdk.resolve("bin/java"),
        "echo \"java of "
            + name
            + "\"; echo \"locale ${LC_ALL-}/${LC_CTYPE-}\"; printf '<%s>\\n' \"$@\"");
    script(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=x\nJAVA_VERSION=\"" + version + "\"\n");
  }

  /** The build notes the JDK that it was given, and fails if it is told so. */
  private void standInForTheBuild() throws IOException {
    script(
        tree.resolve("mvnw"),
        "echo \"with $JAVA_HOME\" >>builds; echo the build says this; [ ! -e broken ]");
  }

  private RunningProgram run(Path launcher, String... arguments) {
    return programs.start(program(launcher, arguments));
  }

  private Program program(Path launcher, String... arguments) {
    return Program.of(launcher.toString())
        .and(arguments)
        .in(directory)
        .with("JAVA_HOME", "")
        .with("PATH", path + ":" + System.getenv("PATH"))
        .with("RGAP_JDK_DIRS", jdks.toString());
  }

  /** Java could name no file beyond ASCII. */
  @ParameterizedTest
  @CsvSource({
    "'', '', '', /C.UTF-8",
    "'', '', C, /C.UTF-8",
    "'', POSIX, en_GB.UTF-8, /C.UTF-8",
    "C, en_GB.UTF-8, en_GB.UTF-8, C.UTF-8/en_GB.UTF-8",
    "'', '', C.UTF-8, /",
  })
  void aLocaleThatHasAsciiOnlyIsReplaced(String all, String ctype, String lang, String locale)
      throws Exception {
    jdk("c", "25.0.3");
    standInForTheBuild();
    RunningProgram running =
        programs.start(
            program(tree.resolve("rgap"), "version")
                .with("LC_ALL", all)
                .with("LC_CTYPE", ctype)
                .with("LANG", lang));
    assertThat(running.expectExit(0).out().all()).contains("locale " + locale);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgap", "mvnw"})
  void tellsWhatToInstallWhereNoJdkIsFound(String launcher) throws Exception {
    jdk("old", "17.0.1");
    RunningProgram running = run(tree.resolve(launcher), "version").expectExit(1);
    assertThat(running.log().all()).hasSize(1);
    assertThat(running.log().all().get(0))
        .startsWith("rgap: no JDK 25 or newer found")
        .contains("install one");
    assertThat(running.out().all()).isEmpty();
  }

  @Test
  void takesTheLowestJdkThatIsNewEnough() throws Exception {
    jdk("a", "26");
    jdk("b", "17.0.1");
    jdk("c", "25.0.3");
    jdk("d", "27-ea");
    standInForTheBuild();
    RunningProgram running = run(tree.resolve("rgap"), "version").expectExit(0);
    assertThat(running.out().all()).startsWith("java of c");
    assertThat(tree.resolve("builds")).hasContent("with " + jdks.resolve("c"));
  }

  @Test
  void passesArgumentsOnAsTheyAreThroughALink() throws Exception {
    jdk("c", "25.0.3");
    standInForTheBuild();
    Path link = Files.createSymbolicLink(directory.resolve("link"), tree.resolve("rgap"));
    RunningProgram running = run(link, "agent", "two words", "", "*").expectExit(0);
    assertThat(running.out().all())
        .contains("<" + tree + "/rgap-cli/target/quick/dist/lib/*>")
        .endsWith("<dev.rgap.cli.Main>", "<agent>", "<two words>", "<>", "<*>");
  }

  @Test
  void buildsOnlyWhatIsStale() throws Exception {
    jdk("c", "25.0.3");
    standInForTheBuild();
    Path rgap = tree.resolve("rgap");
    assertThat(run(rgap).expectExit(0).log().all())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("building rgap");
    assertThat(run(rgap).expectExit(0).log().all()).isEmpty();

    Path source = Files.createFile(tree.resolve("rgap-core/src/main/New.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(run(rgap).expectExit(0).log().matching("^building rgap")).hasSize(1);
    assertThat(Files.readAllLines(tree.resolve("builds"))).hasSize(2);
  }

  @Test
  void showsWhyABuildFailedAndTriesAgainNextTime() throws Exception {
    jdk("c", "25.0.3");
    standInForTheBuild();
    Path broken = Files.createFile(tree.resolve("broken"));
    RunningProgram failing = run(tree.resolve("rgap"), "version").expectExit(1);
    assertThat(failing.log().all()).contains("the build says this");
    assertThat(failing.log().matching("^rgap: the build failed")).hasSize(1);
    assertThat(failing.out().all()).isEmpty();

    Files.delete(broken);
    RunningProgram mended = run(tree.resolve("rgap"), "version").expectExit(0);
    assertThat(mended.log().matching("^building rgap")).hasSize(1);
  }

  /** The real one, which builds if need be; then the next start has nothing to say about it. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void demoShowsJoinSnapshotAndLeave() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("demo"), SOURCES.resolve("rgap"));
    Program version = Program.of(link.toString(), "version").in(directory);
    assertThat(version.run()).startsWith("rgap ");
    assertThat(programs.start(version).expectExit(0).log().all()).isEmpty();

    Program demo = Program.of(link.toString(), "demo", "--for", "8s").in(directory);
    RunningProgram running = programs.start(demo);
    running.out().await("JOIN ", 3);
    running.out().await("SNAPSHOT of group 1: 3 members: 10\\.0\\.0\\.1");
    String silent =
        running.out().await("the agent of \\S+ stops").replaceAll(".*of (\\S+) .*", "$1");
    running.out().await("LEAVE " + silent);
    running.out().await("SNAPSHOT of group 1: 2 members");
    running.out().await("JOIN  " + silent, 2);
    running.expectExit(0);
    Files.delete(link);
  }
}
