package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Thousands of connections that say a byte and nothing more. */
@Execution(ExecutionMode.CONCURRENT)
class SlowConnectionsIT {

  private static final int CONNECTIONS = 10_000;
  private static final int STEP = 500;

  /** Each from one of so many addresses: 127.0.1.1 and so on. */
  private static final int CLIENTS = 40;

  private static final int MAX_MEGABYTES = 96;

  /** For the A records of {@link NameServer#NAME}, with its length in front. */
  private static final byte[] QUERY =
      HexFormat.of()
          .parseHex(
              "0024beef00000001000000000000"
                  + "06776f726b6572076578616d706c6503636f6d00"
                  + "00010001");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private final List<SocketChannel> connections = new ArrayList<>();

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void asManyAsAreAllowedByDefaultDoNotDisturb() throws Exception {
    doNotDisturb("max_answers: 8", 64, 300);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void tenThousandThatAreAllowedDoNotDisturb() throws Exception {
    doNotDisturb(
        "tcp: {max_connections: %d, max_connections_per_client: %d, idle_timeout: 10m}"
            .formatted(CONNECTIONS, CONNECTIONS),
        CONNECTIONS,
        CONNECTIONS + 100);
  }

  /** There are fewer descriptors than connections: some are kept, and who asks gets an answer. */
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fewDescriptorsAreSaidAndDoNotEndAnything() throws Exception {
    Program rgap = Program.rgap().by("sh", "-c", "ulimit -n 64 && exec \"$0\" \"$@\"");
    try (NameServer server =
        NameServer.start(programs, directory, "10m", rgap, NameServer.WORKERS)) {
      server.join("10.0.0.1");
      server.program().log().await("no more than 64 files open");
      for (int wave = 0; wave < 3; wave++) {
        for (int i = 0; i < 40; i++) {
          open(server, 1);
        }
        assertThat(Dig.ask(server.port(), NameServer.NAME, "+tcp").data())
            .isEqualTo(DnsClient.set("10.0.0.1"));
        for (SocketChannel connection : connections) {
          connection.close();
        }
      }
      server.program().stop();
      assertThat(server.program().log().matching(" ERROR |xception")).isEmpty();
      assertThat(server.program().log().matching("accepting failed").size()).isLessThan(2);
    } finally {
      for (SocketChannel connection : connections) {
        connection.close();
      }
    }
  }

  /**
   * Opens the connections while UDP is asked all the time.
   *
   * @param leastOpen how many files and sockets the server is to have open at least
   * @param mostOpen how many at most
   */
  private void doNotDisturb(String spec, int leastOpen, int mostOpen) throws Exception {
    assumeTrue(
        status("limits", "Max open files +\\d+ +(\\d+)", "self") > CONNECTIONS + 1_000,
        "the limit of open files is too low (ulimit -Hn)");
    // The shell tells the process id that the program will have.
    Program rgap =
        Program.rgap()
            .with("JDK_JAVA_OPTIONS", "-Xmx" + MAX_MEGABYTES + "m")
            .by("sh", "-c", "echo $$ && ulimit -n \"$(ulimit -Hn)\" && exec \"$0\" \"$@\"");
    try (NameServer server =
        NameServer.start(programs, directory, "10m", rgap, NameServer.WORKERS, spec)) {
      String pid = server.program().out().await("^[0-9]+$");
      server.join("10.0.0.1");
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Integer> answers =
          CompletableFuture.supplyAsync(
              () -> askUntil(over, server), task -> new Thread(task).start());

      while (connections.size() < CONNECTIONS) {
        open(server, STEP);
        assertThat(answers).isNotDone();
      }
      Eventually.see(
          "open files of the server",
          () -> openFiles(pid),
          open -> open >= leastOpen && open <= mostOpen);
      assertThat(status("status", "Threads:\\s+(\\d+)", pid)).isLessThan(100);
      assertThat(status("status", "VmRSS:\\s+(\\d+) kB", pid))
          .isLessThan(4 * MAX_MEGABYTES * 1_024);
      // Who asks by TCP now gets an answer, too: the connection that was idle for longest goes.
      assertThat(Dig.ask(server.port(), NameServer.NAME, "+tcp").data())
          .isEqualTo(DnsClient.set("10.0.0.1"));

      if (leastOpen >= CONNECTIONS) {
        // The latest may still go on.
        goOn(connections.subList(CONNECTIONS - 100, CONNECTIONS));
      }

      over.set(true);
      assertThat(answers.get(30, TimeUnit.SECONDS)).isGreaterThan(100);
      server.program().stop();
      assertThat(server.program().log().matching(" (ERROR|WARNING) |xception")).isEmpty();
    } finally {
      for (SocketChannel connection : connections) {
        connection.close();
      }
    }
  }

  private void open(NameServer server, int howMany) throws IOException {
    for (int i = 0; i < howMany; i++) {
      SocketChannel connection = SocketChannel.open();
      connections.add(connection);
      int client = connections.size() % CLIENTS + 1;
      connection.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.1." + client), 0));
      connection.connect(server.address());
      try {
        connection.write(ByteBuffer.wrap(QUERY, 0, 1));
      } catch (IOException e) {
        // Closed by the server already: it is one too many.
      }
    }
  }

  /** Sends what is left of the query, and takes the answer. */
  private static void goOn(List<SocketChannel> some) throws IOException {
    for (SocketChannel connection : some) {
      connection.write(ByteBuffer.wrap(QUERY, 1, QUERY.length - 1));
      ByteBuffer answer = ByteBuffer.allocate(QUERY.length + 16);
      while (answer.hasRemaining()) {
        assertThat(connection.read(answer)).isPositive();
      }
      assertThat(answer.getInt(answer.limit() - 4)).isEqualTo(0x0a000001);
    }
  }

  /** Asks by UDP, again and again; each query has to be answered. */
  private static int askUntil(AtomicBoolean over, NameServer server) {
    int answers = 0;
    try (DnsClient client = new DnsClient(server.address())) {
      while (!over.get()) {
        assertThat(client.addresses(NameServer.NAME, DnsClient.A))
            .isEqualTo(DnsClient.set("10.0.0.1"));
        answers++;
        Thread.sleep(1);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("after " + answers + " answers", e);
    }
    return answers;
  }

  private static long openFiles(String pid) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", pid, "fd"))) {
      return files.count();
    }
  }

  /** A number of what the system knows about a process. */
  private static int status(String file, String regex, String pid) throws IOException {
    String text = Files.readString(Path.of("/proc", pid, file));
    Matcher matcher = Pattern.compile(regex).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
