package dev.rgap.e2e;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures how late a running listener tells that a member has left, and what a listener costs that
 * has nothing to do. Not a test: a busy machine makes any bound wrong.
 *
 * <pre>
 *   ./mvnw -q package -DskipTests
 *   cd rgap-cli
 *   assertj=$(find ~/.m2 -name 'assertj-core-*.jar' | head -n 1)
 *   java -cp "target/test-classes:target/dist/lib/*:$assertj" dev.rgap.e2e.ExpiryLatency
 * </pre>
 *
 * <p>The latency is from the deadline, which is the announcement's timestamp + {@code expire}, to
 * when the line of the event log has come through the pipe.
 */
final class ExpiryLatency {

  private static final int EXPIRIES = 200;
  private static final long EXPIRE_MICROS = 1_000_000;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private static final Pattern LEFT = Pattern.compile("host (\\S+) has left");

  private ExpiryLatency() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("rgap-latency");
    try (Programs programs = new Programs()) {
      int port = Programs.freePort();
      Path config = programs.config(directory, "127.0.0.1:" + port, "1s");
      Process listener = Program.rgap("listener", "-c", config.toString()).start();
      try {
        report(expiries(listener, port, PreSharedKey.parseHex(programs.key)));
        report("idle, unicast", listener);
      } finally {
        stop(listener);
      }
      config = programs.config(directory, "239.82.71.65:" + port + "@lo", "1s");
      Process multicast = Program.rgap("listener", "-c", config.toString()).start();
      try {
        awaitReady(reader(multicast));
        report("idle, multicast", multicast);
      } finally {
        stop(multicast);
      }
      Files.delete(config);
    }
    Files.delete(directory);
  }

  private static List<Long> expiries(Process listener, int port, PreSharedKey key)
      throws IOException, InterruptedException {
    AnnouncementSigner signer = new AnnouncementSigner();
    Map<String, Long> deadlines = new HashMap<>();
    List<Long> late = new ArrayList<>();
    BufferedReader log = reader(listener);
    awaitReady(log);
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < EXPIRIES; i++) {
        IpAddress address = IpAddress.ofIpv4(0x0a000000 + i);
        long now = nowMicros();
        byte[] datagram = signer.sign(new Announcement(new GroupId(1000), now, address), key);
        deadlines.put(address.toString(), now + EXPIRE_MICROS);
        socket.send(
            new DatagramPacket(
                datagram, datagram.length, InetAddress.ofLiteral("127.0.0.1"), port));
        // One by one, each at its own time; all are there before the first leaves.
        Thread.sleep(4);
      }
    }
    while (late.size() < EXPIRIES) {
      Matcher left = LEFT.matcher(log.readLine());
      if (left.find()) {
        late.add(nowMicros() - deadlines.getOrDefault(left.group(1), 0L));
      }
    }
    return late;
  }

  private static BufferedReader reader(Process listener) {
    return new BufferedReader(
        new InputStreamReader(listener.getErrorStream(), StandardCharsets.UTF_8));
  }

  private static void awaitReady(BufferedReader log) throws IOException {
    String line = log.readLine();
    while (line != null && !line.contains("listener ready")) {
      line = log.readLine();
    }
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private static void report(List<Long> late) {
    Collections.sort(late);
    System.out.printf(
        "leaves told after their deadline, of %d: p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
        late.size(),
        late.get(late.size() / 2) / 1e3,
        late.get(late.size() * 99 / 100) / 1e3,
        late.getLast() / 1e3);
  }

  private static void report(String what, Process listener) throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(5)); // until the JVM has settled
    Duration before = cpu(listener);
    Thread.sleep(IDLE);
    System.out.printf(
        "CPU time of a listener in %d s, %s: %d ms%n",
        IDLE.toSeconds(), what, cpu(listener).minus(before).toMillis());
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
