package dev.rgap.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** A listener that answers DNS queries, and what announces members to it. */
final class NameServer implements AutoCloseable {

  /** The name that stands for group 1000 in {@link #WORKERS}. */
  static final String NAME = "worker.example.com";

  /** The usual mapping. */
  static final String WORKERS = "mappings: {worker.example.com: {group: 1000}}";

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final RunningProgram program;
  private final Announcer announcer;
  private final DnsClient client;
  private final int port;

  private NameServer(RunningProgram program, Announcer announcer, int port) throws IOException {
    this.program = program;
    this.announcer = announcer;
    this.port = port;
    this.client = new DnsClient(new InetSocketAddress(LOOPBACK, port));
  }

  /**
   * Starts one on this host, on a free port of 127.0.0.1.
   *
   * @param expire how long an announcement keeps a member
   * @param spec lines of the output's specification
   */
  static NameServer start(Programs programs, Path directory, String expire, String... spec)
      throws Exception {
    return start(programs, directory, expire, Program.rgap(), spec);
  }

  /** The same, run by a certain program. */
  static NameServer start(
      Programs programs, Path directory, String expire, Program rgap, String... spec)
      throws Exception {
    int port = Programs.freePort();
    int announcements = Programs.freePort();
    Path config = config(programs, directory, expire, announcements, "127.0.0.1:" + port, spec);
    RunningProgram program =
        Programs.awaitReady(programs.start(rgap.and("listener", "-c", config.toString())));
    Announcer announcer =
        new Announcer(programs.key, new InetSocketAddress(LOOPBACK, announcements));
    return new NameServer(program, announcer, port);
  }

  /** Writes the configuration of one. */
  static Path config(
      Programs programs,
      Path directory,
      String expire,
      int announcements,
      String bind,
      String... spec)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("{kind: dns, spec: {bind_address: \"" + bind + "\"");
    lines.addAll(Arrays.asList(spec));
    return programs.config(
        directory, "127.0.0.1:" + announcements, expire, String.join(", ", lines) + "}}");
  }

  int port() {
    return port;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(LOOPBACK, port);
  }

  RunningProgram program() {
    return program;
  }

  /** Asks the server itself for addresses; a client that waits for them is better asked alone. */
  DnsClient client() {
    return client;
  }

  /** These are members from now on; returns when the server says so. */
  void join(String... addresses) throws Exception {
    announcer.join(addresses);
    for (String address : addresses) {
      program.log().await("host \\Q" + address + "\\E has joined");
    }
  }

  /** These are no more announced. */
  void leave(String... addresses) {
    announcer.leave(addresses);
  }

  /** Waits until the IPv4 members that are answered are these. */
  void awaitAnswer(String... addresses) throws Exception {
    Eventually.equal(
        () -> client.addresses(NAME, DnsClient.A), new TreeSet<>(Arrays.asList(addresses)));
  }

  /** So many addresses: 10.1.0.1, 10.1.0.2 and so on. */
  static String[] many(int count) {
    String[] addresses = new String[count];
    for (int i = 0; i < count; i++) {
      addresses[i] = "10.1." + i / 250 + "." + (i % 250 + 1);
    }
    return addresses;
  }

  @Override
  public void close() throws IOException {
    announcer.close();
    client.close();
  }
}
