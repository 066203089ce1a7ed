package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody reads standard error: a stopped pager, a log driver whose disk is full. */
@Timeout(120)
class UnreadLogIT {

  /** A Linux pipe holds 64 KiB; a line that does not fit any more is not begun. */
  private static final int NEARLY_FULL = 60 << 10;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  @Test
  void aListenerGoesOnAndEnds() throws Exception {
    int port = Programs.freePort();
    Path hosts = directory.resolve("hosts");
    Path config =
        programs.config(
            directory,
            "127.0.0.1:" + port,
            "2s",
            "{kind: log, spec: {interval: 1ms}}",
            "{kind: hostsfile, spec: {filename: "
                + hosts
                + ", interval: 1s, mappings: [{group: 1000, hostname: worker}]}}");
    Process listener =
        Program.rgap("listener", "--log-level", "debug", "-c", config.toString()).start();
    try {
      AtomicInteger before = new AtomicInteger();
      Eventually.see(
          "a full pipe",
          () -> listener.getErrorStream().available(),
          bytes -> bytes > NEARLY_FULL && before.getAndSet(bytes) == bytes);
      try (DatagramSocket stranger = new DatagramSocket()) {
        stranger.send(
            new DatagramPacket(
                new byte[1], 1, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }

      programs.announce("10.0.0.1", "-d", "127.0.0.1:" + port);
      Eventually.see("joined", () -> read(hosts), text -> text.contains("10.0.0.1"));
      Eventually.see("left", () -> read(hosts), text -> !text.contains("10.0.0.1"));

      String _ = Program.of("kill", "-TERM", "" + listener.pid()).run();
      assertThat(listener.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(listener.exitValue()).isZero();
    } finally {
      listener.destroyForcibly();
    }
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
