package dev.rgap.benchmarks;

import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Has a listener read its configuration again and again, one of two in turns, and measures how long
 * that takes and how long announcements have to wait meanwhile.
 *
 * <p>Arguments: {@code LISTENER-HOST:PORT DNS-HOST:PORT PID CONFIG ONE OTHER ROUNDS}: the file that
 * the listener reads, and what is put into it; the key in RGAP_PSK. A reload takes from the signal
 * until the listener shows that it is done. The announcements are those of {@link EffectProbe}.
 */
public final class Reloads {

  private static final String SIGN = "rgap-conf-";
  private static final int SETTLE_MILLIS = 5_000;
  private static final int PAUSE_MILLIS = 250;
  private static final int PROBE_GROUPS = 300;

  private record Reload(long began, long ended) {}

  private Reloads() {}

  /** Runs the measurement. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 7) {
      System.err.println(
          "Error: expected LISTENER-HOST:PORT DNS-HOST:PORT PID CONFIG ONE OTHER ROUNDS");
      System.exit(1);
    }
    String pid = args[2];
    Path config = Path.of(args[3]);
    List<Path> contents = List.of(Path.of(args[5]), Path.of(args[4]));
    int rounds = Integer.parseInt(args[6]);
    PreSharedKey key = PreSharedKey.parseHex(String.valueOf(System.getenv("RGAP_PSK")));
    Probe probe =
        new EffectProbe(Endpoint.parse(args[0]), Endpoint.parse(args[1]), key, PROBE_GROUPS);
    probe.start();
    Path sign = sign(pid);
    List<Reload> reloads = new ArrayList<>();
    Thread.sleep(SETTLE_MILLIS);
    for (int i = 0; i < rounds / 4; i++) {
      reloads.add(reload(pid, sign, config, contents.get(i % 2)));
      Thread.sleep(PAUSE_MILLIS);
    }
    reloads.clear(); // not counted: still being compiled
    long begin = System.nanoTime();
    Thread.sleep((long) rounds * PAUSE_MILLIS / 2);
    final long quiet = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      reloads.add(reload(pid, sign, config, contents.get(i % 2)));
      Thread.sleep(PAUSE_MILLIS);
    }
    probe.ended = true;
    probe.join();

    long[] took = reloads.stream().mapToLong(one -> one.ended - one.began).sorted().toArray();
    System.out.printf(
        "  %-42s p50 %6.2f ms  p99 %6.2f ms  longest %6.2f ms  (%d)%n",
        "reload",
        took[took.length / 2] / 1e6,
        took[(int) (took.length * 0.99)] / 1e6,
        took[took.length - 1] / 1e6,
        took.length);
    probe.report("announcement to effect, without reloads", begin, quiet);
    probe.report(
        "  while the configuration is read again",
        at -> reloads.stream().anyMatch(one -> at >= one.began && at < one.ended));
  }

  private static Reload reload(String pid, Path sign, Path config, Path content)
      throws IOException, InterruptedException {
    Path next = config.resolveSibling("next");
    Files.copy(content, next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, config, StandardCopyOption.ATOMIC_MOVE);
    String before = number(Files.readString(sign));
    ProcessBuilder kill = new ProcessBuilder("sh", "-c", "kill -HUP " + pid);
    long began = System.nanoTime();
    if (kill.start().waitFor() != 0) {
      throw new IOException("can't send a signal to " + pid);
    }
    String shown = before;
    while (number(shown).equals(before)) {
      LockSupport.parkNanos(200_000);
      shown = Files.readString(sign);
    }
    if (!shown.startsWith(SIGN + "ok")) {
      throw new IOException("was not reloaded: " + shown);
    }
    return new Reload(began, System.nanoTime());
  }

  /** The file with the name of the thread that reads the configuration. */
  private static Path sign(String pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", pid, "task"))) {
      for (Path thread : threads.toList()) {
        Path name = thread.resolve("comm");
        if (Files.readString(name).startsWith(SIGN)) {
          return name;
        }
      }
    }
    throw new IOException(pid + " shows no " + SIGN);
  }

  private static String number(String sign) {
    return sign.substring(sign.indexOf(' '));
  }
}
