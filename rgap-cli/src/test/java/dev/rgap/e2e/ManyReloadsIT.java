package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A listener whose configuration is read again and again, while it has a lot to do. */
@Execution(ExecutionMode.CONCURRENT)
class ManyReloadsIT {

  /** Half of them with a configuration that has errors. */
  private static final int RELOADS = Integer.getInteger("rgap.reloads", 60);

  private static final int RATE = 20_000;
  private static final int ADDRESSES = 1_000;
  private static final Pattern SIGN = Pattern.compile("rgap-conf-(ok|no|so) ([0-9]+)");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int port;
  private int dns;
  private Path hosts;

  @BeforeEach
  void choosePorts() throws IOException {
    port = Programs.freePort();
    dns = Programs.freePort();
    hosts = directory.resolve("hosts");
  }

  /** What is configured besides what never changes. */
  private final class Model {
    private final Random random = new Random(15);
    private final List<Integer> ports = new ArrayList<>();
    private final Map<Integer, String> groups = new TreeMap<>();
    private final List<String> keys = List.of(programs.otherKey(), programs.otherKey());
    private List<Integer> listening = List.of();
    private String name = "one.example";
    private boolean withHosts = true;
    private boolean withState = true;

    Model() throws IOException {
      for (int i = 0; i < 4; i++) {
        ports.add(Programs.freePort());
      }
    }

    void change() {
      int id = 1 + random.nextInt(5);
      if (groups.remove(id) == null || random.nextBoolean()) {
        groups.put(id, keys.get(random.nextInt(2)));
      }
      listening = ports.stream().filter(each -> random.nextBoolean()).toList();
      name = "n" + random.nextInt(3) + ".example";
      withHosts = random.nextBoolean();
      withState = random.nextBoolean();
    }

    String yaml() {
      StringBuilder yaml = new StringBuilder("listen: ['127.0.0.1:" + port + "'");
      listening.forEach(each -> yaml.append(", '127.0.0.1:").append(each).append("'"));
      yaml.append("]\ngroups:\n- {id: 1000, psk: ").append(programs.key).append(", expire: 10m}\n");
      groups.forEach(
          (id, key) -> yaml.append("- {id: %d, psk: %s, expire: 1m}\n".formatted(id, key)));
      yaml.append("outputs:\n- {kind: eventlog}\n");
      yaml.append(
          "- {kind: dns, spec: {bind_address: '127.0.0.1:%d', mappings: {%s: {group: 1000}}}}\n"
              .formatted(dns, name));
      if (withHosts) {
        yaml.append(
            "- {kind: hostsfile, spec: {filename: %s, interval: 1s, mappings: [{group: 1000,"
                    .formatted(hosts)
                + " hostname: h}]}}\n");
      }
      if (withState) {
        yaml.append("state_dir: ").append(directory.resolve("state")).append("\n");
      }
      return yaml.toString();
    }
  }

  /** The number of reloads so far, and what came of the last one. */
  private static Matcher sign(RunningProgram listener) throws Exception {
    Path threads = Path.of("/proc", Long.toString(listener.process().pid()), "task");
    return Eventually.see("a sign", () -> shown(threads), Matcher::matches);
  }

  private static Matcher shown(Path threads) throws IOException {
    Matcher none = SIGN.matcher("");
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        Path comm = thread.resolve("comm");
        Matcher matcher = SIGN.matcher(Files.exists(comm) ? Files.readString(comm).strip() : "");
        if (matcher.matches()) {
          return matcher;
        }
      }
    } catch (IOException e) {
      return none; // a thread has ended
    }
    return none;
  }

  /** What a listener has: threads, open files, and bytes of heap that it can't do without. */
  private record Usage(long threads, long files, long heap) {

    /** A thread may still be ending, and what is kept for later is no leak. */
    private static final Usage MARGIN = new Usage(4, 4, 1 << 20);

    static Usage of(RunningProgram listener) throws IOException, InterruptedException {
      String pid = Long.toString(listener.process().pid());
      Path jcmd = Path.of(Program.java()).resolveSibling("jcmd");
      String histogram = Program.of(jcmd.toString(), pid, "GC.class_histogram").run();
      Matcher total = Pattern.compile("Total +\\d+ +(\\d+)").matcher(histogram);
      assertThat(total.find()).as(histogram).isTrue();
      return new Usage(count(pid, "task"), count(pid, "fd"), Long.parseLong(total.group(1)));
    }

    boolean isNoMoreThan(Usage other) {
      return threads <= other.threads + MARGIN.threads
          && files <= other.files + MARGIN.files
          && heap <= other.heap + MARGIN.heap;
    }
  }

  private static long count(String pid, String directory) throws IOException {
    Path all = Path.of("/proc", pid, directory);
    try (Stream<Path> entries = Files.list(all)) {
      return entries.count();
    }
  }

  /** Those that the kernel could not keep until they were read. */
  private long dropped() throws IOException {
    String here = "0100007F:%04X".formatted(port);
    for (String line : Files.readAllLines(Path.of("/proc/net/udp"))) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields[1].equals(here)) {
        return Long.parseLong(fields[fields.length - 1]);
      }
    }
    throw new AssertionError("nobody listens on " + here);
  }

  /** Has another configuration read; how it is shown that this was done. */
  private static String hangUp(RunningProgram listener, Path config, String yaml) throws Exception {
    Files.writeString(config, yaml);
    String before = sign(listener).group(2);
    listener.signal("HUP");
    return Eventually.see("a reload", () -> sign(listener), sign -> !sign.group(2).equals(before))
        .group(1);
  }

  /** Nothing gets lost of what arrives at a source that stays, for a group that stays. */
  @Test
  void manyReloadsUnderLoadLoseNothing() throws Exception {
    Model model = new Model();
    Path config = Programs.config(directory, model.yaml());
    RunningProgram listener = programs.listener(config);
    listener.log().await("listener ready");
    RunningProgram load =
        programs.start(
            Program.rgap(
                    "bench",
                    "-g",
                    "1000",
                    "--addresses",
                    Integer.toString(ADDRESSES),
                    "--rate",
                    Integer.toString(RATE),
                    "--duration",
                    (RELOADS / 10 + 5) + "s",
                    "127.0.0.1:" + port)
                .with("RGAP_PSK", programs.key));
    String known = "";
    Usage usage = new Usage(0, 0, 0);
    for (int i = 0; i < RELOADS; i++) {
      boolean good = i % 2 == 0;
      if (good) {
        model.change();
      }
      String yaml = model.yaml() + (good ? "" : "nonsense: [\n");
      assertThat(hangUp(listener, config, yaml)).as(yaml).isEqualTo(good ? "ok" : "no");
      if (i % 20 == 0) {
        awaitSources(model);
        assertThat(Files.exists(hosts) || !model.withHosts).isTrue();
      }
      if (i == 20) {
        known = model.yaml();
        usage = Usage.of(listener);
      }
    }
    assertThat(hangUp(listener, config, known)).isEqualTo("ok");
    Usage then = usage;
    Eventually.see("no more than " + then, () -> Usage.of(listener), now -> now.isNoMoreThan(then));
    load.expectExit(0);
    Matcher sent = Pattern.compile("sent (\\d+) ").matcher(String.join("\n", load.out().all()));
    assertThat(sent.find()).isTrue();
    long dropped = dropped();
    listener.stop();

    assertThat(listener.log().all())
        .filteredOn(line -> line.contains("has joined group 1000"))
        .as("none is told twice")
        .hasSize(ADDRESSES);
    assertThat(listener.log().all()).noneMatch(line -> line.contains("has left group 1000"));
    String last = listener.log().all().getLast();
    Matcher accepted = Pattern.compile("accepted: (\\d+), rejected: (\\d+)").matcher(last);
    assertThat(accepted.find()).as(last).isTrue();
    long arrived = Long.parseLong(accepted.group(1)) + Long.parseLong(accepted.group(2));
    assertThat(arrived + dropped).isEqualTo(Long.parseLong(sent.group(1)));
  }

  private void awaitSources(Model model) throws Exception {
    for (int each : model.ports) {
      Eventually.equal(
          () ->
              Files.readAllLines(Path.of("/proc/net/udp")).stream()
                  .anyMatch(line -> line.contains("0100007F:%04X ".formatted(each))),
          model.listening.contains(each));
    }
  }
}
