package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a host does not show up is told: by the listener's log, and by {@code sniff}. */
class RejectionIT {

  @AutoClose private final Programs programs = new Programs();
  @AutoClose private final DatagramSocket socket = new DatagramSocket();
  @TempDir private Path directory;

  private final int port = Programs.freePort();
  private final String address = "127.0.0.1:" + port;

  RejectionIT() throws IOException {}

  private void send(byte[] datagram) throws IOException {
    socket.send(
        new DatagramPacket(datagram, datagram.length, InetAddress.ofLiteral("127.0.0.1"), port));
  }

  private byte[] announcement(long group, Duration clockDifference) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plus(clockDifference));
    return new AnnouncementSigner()
        .sign(
            new Announcement(new GroupId(group), micros, IpAddress.parse("10.0.0.1")),
            PreSharedKey.parseHex(programs.key));
  }

  private void sendOneOfEachKind() throws IOException, InterruptedException {
    send(new byte[10]);
    send(new byte[3000]);
    byte[] otherVersion = announcement(1000, Duration.ZERO);
    otherVersion[0] = 3;
    send(otherVersion);
    send(announcement(-1, Duration.ZERO));
    send(announcement(1000, Duration.ofHours(-1)));
    byte[] genuine = announcement(1000, Duration.ZERO);
    send(genuine);
    send(genuine);
    // Last, as it comes from another socket and is awaited by the callers.
    programs
        .start(programs.agent("10.0.0.2", "-d", address).with("RGAP_PSK", programs.otherKey()))
        .expectExit(0);
  }

  @Test
  void listenerExplainsEachKind() throws Exception {
    Path config = programs.config(directory, address, "15s");
    RunningProgram listener =
        Programs.awaitReady(
            programs.rgap("--log-level", "debug", "listener", "-c", config.toString()));
    sendOneOfEachKind();

    String rejected = "rejected a datagram from 127\\.0\\.0\\.1:\\d+: ";
    listener.log().await(rejected + "size: it has 10 bytes, an announcement has 66");
    listener.log().await(rejected + "version: it has version 0x0300, known are 0x0100 and 0x0200");
    listener.log().await(rejected + "group: group 18446744073709551615 is not configured here");
    listener
        .log()
        .await(
            rejected
                + "stale: its timestamp is 1h0\\.\\d+s behind this host's clock, allowed is 15s;"
                + " compare the clocks of both hosts");
    listener.log().await("host 10\\.0\\.0\\.1 has joined group 1000");
    listener.log().await(rejected + "replay: ");
    listener
        .log()
        .await(
            rejected
                + "signature: the signature does not match the key of group 1000"
                + " \\(fingerprint [0-9a-f]{8}\\); compare the keys of both hosts");
    listener.stop();
    listener
        .log()
        .await(
            "stopped; announcements accepted: 1,"
                + " rejected: size 2, version 1, group 1, stale 1, signature 1, replay 1$");
    assertThat(listener.log().matching("10\\.0\\.0\\.2")).isEmpty();
  }

  @Test
  void rejectionsDoNotFloodTheLog() throws Exception {
    RunningProgram listener = programs.listener(programs.config(directory, address, "15s"));
    for (int i = 0; i < 500; i++) {
      send(new byte[] {1, 2, 3});
    }
    programs.announce("10.0.0.1", "-d", address);
    listener.log().await("has joined");
    listener.stop();
    assertThat(listener.log().matching("rejected a datagram")).hasSize(1);
    assertThat(listener.log().all()).hasSizeLessThan(10);
  }

  @Test
  void sniffShowsEachKind() throws Exception {
    Path config = programs.config(directory, address, "15s");
    RunningProgram sniff = programs.rgap("sniff", "-c", config.toString());
    awaitSniffing(sniff);
    sendOneOfEachKind();
    String from = "Z 127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:" + port + ": ";
    sniff.out().await(from + "10 bytes: rejected: size: ");
    sniff.out().await(from + "66 bytes, version 0x0300: rejected: version: ");
    sniff.out().await("group 18446744073709551615, .*: rejected: group: ");
    sniff.out().await("group 1000, address 10\\.0\\.0\\.1, .*clock -1h0.*: rejected: stale: ");
    sniff
        .out()
        .await("group 1000, address 10\\.0\\.0\\.1, timestamp \\S+Z, clock -\\S+: accepted$");
    sniff.out().await("address 10\\.0\\.0\\.1, .*: rejected: replay: ");
    sniff.out().await("address 10\\.0\\.0\\.2, .*: rejected: signature: .*compare the keys");
    sniff.stop();
  }

  @Test
  void sniffSpeaksJson() throws Exception {
    Path config = programs.config(directory, address, "15s");
    RunningProgram sniff = programs.rgap("sniff", "--json", "-c", config.toString());
    awaitSniffing(sniff);
    sendOneOfEachKind();
    sniff.out().await("^\\{\"time\":\"[^\"]*Z\",.*\"verdict\":\"rejected\",\"reason\":\"size\"");
    sniff.out().await("\"group\":\"18446744073709551615\",.*\"reason\":\"group\"");
    sniff.out().await("\"clock_difference_seconds\":-3600\\.\\d+,.*\"reason\":\"stale\"");
    sniff.out().await("\"address\":\"10\\.0\\.0\\.1\",.*\"verdict\":\"accepted\"\\}$");
    sniff.out().await("\"address\":\"10\\.0\\.0\\.2\",.*\"reason\":\"signature\"");
    sniff.stop();
    assertThat(sniff.out().all()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  @Test
  void sniffWithoutKeysJudgesNothing() throws Exception {
    RunningProgram sniff = programs.rgap("sniff", "-l", address);
    awaitSniffing(sniff);
    programs.announce("10.0.0.2", "-d", address);
    sniff.out().await("group 1000, address 10\\.0\\.0\\.2, .*: unverified \\(no key: ");
    sniff.stop();
  }

  /** Knocks until it opens: a sniffer says nothing before something comes. */
  private void awaitSniffing(RunningProgram sniff) throws IOException, InterruptedException {
    while (!sniff.out().comes("5 bytes|\"size\":5", Duration.ofMillis(100))) {
      send(new byte[5]);
    }
  }
}
