package dev.rgap.http;

import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process takes, by the names that Prometheus' clients have for it, as they are when they
 * are asked for. What the system does not tell is left out. They need no more than Linux' {@code
 * /proc} and {@code java.base}.
 */
final class ProcessNumbers {

  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
  private static final Pattern MOST_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+) ");

  private static final int KIB = 1024;
  private static final double MILLIS = 1e3;

  private static final Map<String, String> HEAP = Map.of("area", "heap");

  private final Path proc;
  private final List<Family> found = new ArrayList<>();

  private ProcessNumbers(Path proc) {
    this.proc = proc;
  }

  /** Those of this process. */
  static List<Family> now() {
    return of(Path.of("/proc/self"));
  }

  /**
   * Those of this process.
   *
   * @param proc what the system tells of it
   */
  static List<Family> of(Path proc) {
    ProcessNumbers numbers = new ProcessNumbers(proc);
    numbers.ofTheSystem();
    numbers.ofJava();
    return numbers.found;
  }

  private void ofTheSystem() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    info.totalCpuDuration()
        .map(Duration::toMillis)
        .ifPresent(millis ->
            add(
                "process_cpu_seconds_total",
                MetricsSnapshot.Type.COUNTER,
                "Processor time of the process, in seconds.",
                millis / MILLIS));
    info.startInstant()
        .map(Instant::toEpochMilli)
        .ifPresent(millis ->
            add(
                "process_start_time_seconds",
                MetricsSnapshot.Type.GAUGE,
                "When the process was started, in seconds since 1970.",
                millis / MILLIS));
    openFiles()
        .ifPresent(count ->
            add(
                "process_open_fds",
                MetricsSnapshot.Type.GAUGE,
                "File descriptors that are open.",
                count));
    number("limits", MOST_FILES)
        .ifPresent(count ->
            add(
                "process_max_fds",
                MetricsSnapshot.Type.GAUGE,
                "File descriptors that may be open at a time.",
                count));
    number("status", RESIDENT)
        .ifPresent(kib ->
            add(
                "process_resident_memory_bytes",
                MetricsSnapshot.Type.GAUGE,
                "Memory of the process that is in use, in bytes.",
                kib * KIB));
  }

  private void ofJava() {
    Runtime java = Runtime.getRuntime();
    add(
        "jvm_memory_used_bytes",
        "Memory of Java that is in use, in bytes, by area.",
        new Sample(HEAP, Sample.of((double) (java.totalMemory() - java.freeMemory())).value()));
    add(
        "jvm_memory_max_bytes",
        "Memory of Java that may be in use, in bytes, by area.",
        new Sample(HEAP, Sample.of((double) java.maxMemory()).value()));
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    for (ThreadGroup each = all; each != null; each = each.getParent()) {
      all = each;
    }
    add(
        "jvm_threads_current",
        MetricsSnapshot.Type.GAUGE,
        "Threads of Java that are there, virtual ones not counted.",
        all == null ? 0 : all.activeCount());
  }

  private void add(String name, MetricsSnapshot.Type type, String help, double value) {
    found.add(new Family(name, type, help, List.of(Sample.of(value))));
  }

  private void add(String name, String help, Sample sample) {
    found.add(new Family(name, MetricsSnapshot.Type.GAUGE, help, List.of(sample)));
  }

  private OptionalDouble openFiles() {
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      return OptionalDouble.of((double) files.count());
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  private OptionalDouble number(String file, Pattern pattern) {
    try {
      // Their size is not known before they are read.
      byte[] content = Files.readAllBytes(proc.resolve(file));
      Matcher line = pattern.matcher(new String(content, StandardCharsets.ISO_8859_1));
      return line.find()
          ? OptionalDouble.of(Double.parseDouble(line.group(1)))
          : OptionalDouble.empty();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
