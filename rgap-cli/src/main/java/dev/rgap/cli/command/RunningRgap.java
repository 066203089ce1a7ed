package dev.rgap.cli.command;

import dev.rgap.cli.args.ArgumentParser;
import dev.rgap.cli.args.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A listener or an agent that runs, as Linux tells about its process.
 *
 * @param directory the process' directory in /proc
 * @param command {@code listener} or {@code agent}, or null for any other process
 * @param words what stands behind its name on the command line
 */
record RunningRgap(Path directory, @Nullable String command, List<String> words) {

  static final String LISTENER = "listener";

  /** The class by which a process of Java is rgap. */
  private static final String MAIN = Command.class.getPackageName().replace("command", "Main");

  /**
   * What is called java, and what the packages call so: an init has the same words as arguments.
   */
  private static final Set<String> JAVA = Set.of("java", "rgap");

  private static final Set<String> SERVICES = Set.of(LISTENER, "agent");

  /**
   * The process that somebody means.
   *
   * @param operands of the command line: its number, or nothing for the only one
   * @throws Failure if there is none
   */
  static RunningRgap named(List<String> operands, Path proc) throws IOException, Failure {
    if (operands.isEmpty()) {
      return find(proc);
    }
    String pid = operands.getFirst();
    if (!isPid(pid)) {
      throw new Failure("'" + pid + "' is not the number of a process");
    }
    return of(proc.resolve(pid));
  }

  /** The process with this directory, whatever it is. */
  static RunningRgap of(Path process) {
    List<String> words = words(process);
    return new RunningRgap(process, command(words), words);
  }

  /**
   * The one that is meant where no process is named: whoever's child it is, and whatever process 1
   * is. Of several it is the one of this container, then the listener. Programs that an output runs
   * don't count.
   *
   * @param proc where Linux tells about processes
   * @throws Failure if there is none, or if several are left
   */
  static RunningRgap find(Path proc) throws IOException, Failure {
    List<RunningRgap> found = withoutChildren(all(proc));
    found = preferred(found, proc.resolve("self"));
    if (found.isEmpty()) {
      throw new Failure("no listener and no agent is to be seen here; if one runs, name its PID");
    }
    if (found.size() > 1) {
      List<String> pids = found.stream().map(RunningRgap::pid).toList();
      throw new Failure(
          "more than one rgap runs here: name one of the processes " + String.join(", ", pids));
    }
    return found.getFirst();
  }

  private static List<RunningRgap> all(Path proc) throws IOException {
    List<RunningRgap> all = new ArrayList<>();
    try (Stream<Path> processes = Files.list(proc)) {
      for (Path process : processes.sorted().toList()) {
        if (isPid(process.getFileName().toString())) {
          RunningRgap each = of(process);
          if (each.command != null) {
            all.add(each);
          }
        }
      }
    }
    return all;
  }

  /** Without those that another one has started: they are, or are about to become, its programs. */
  private static List<RunningRgap> withoutChildren(List<RunningRgap> all) {
    Set<String> pids = new HashSet<>();
    for (RunningRgap each : all) {
      pids.add(each.pid());
    }
    return all.stream().filter(each -> !pids.contains(each.parent())).toList();
  }

  private static List<RunningRgap> preferred(List<RunningRgap> found, Path self) {
    String own = mounts(self);
    List<RunningRgap> here =
        found.stream()
            .filter(each -> own != null && Objects.equals(own, mounts(each.directory)))
            .toList();
    List<RunningRgap> left = here.isEmpty() ? found : here;
    List<RunningRgap> listeners = left.stream().filter(RunningRgap::isListener).toList();
    return listeners.isEmpty() ? left : listeners;
  }

  /** What tells containers apart that share their processes; null if it is another user's. */
  private static @Nullable String mounts(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
    } catch (IOException e) {
      return null;
    }
  }

  /** What stands behind rgap's name; nothing for any other process. */
  private static List<String> words(Path process) {
    try {
      String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      List<String> words = Arrays.asList(line.split("\0", -1));
      int main = words.indexOf(MAIN);
      return main < 0 || !JAVA.contains(Files.readString(process.resolve("comm")).strip())
          ? List.of()
          : words.subList(main + 1, words.size() - 1); // each word ends with a zero
    } catch (IOException e) {
      return List.of(); // has ended
    }
  }

  private static @Nullable String command(List<String> words) {
    try {
      String command = parser(words).command();
      return command != null && SERVICES.contains(command) ? command : null;
    } catch (Failure e) {
      return null; // is nothing that could have started
    }
  }

  private static ArgumentParser parser(List<String> words) {
    return new ArgumentParser(GlobalFlags.ALL, words.toArray(new String[0]));
  }

  /**
   * The names of a process' threads, by which it shows how it is.
   *
   * @param process its directory in /proc
   */
  static List<String> threads(Path process) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      for (Path thread : threads.toList()) {
        try {
          names.add(Files.readString(thread.resolve("comm")).strip());
        } catch (IOException e) {
          // Has ended.
        }
      }
    }
    return names;
  }

  /** Whether this is how a process is named. */
  static boolean isPid(String name) {
    return name.matches("[0-9]{1,10}");
  }

  String pid() {
    return directory.getFileName().toString();
  }

  boolean isListener() {
    return LISTENER.equals(command);
  }

  private String parent() {
    try (Stream<String> lines = Files.lines(directory.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("PPid:"))
          .map(line -> line.substring("PPid:".length()).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
