package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A host to be treated badly, beside one that is well. Each has IPv4 and IPv6 and a name server.
 *
 * <pre>
 *   hostile                       healthy
 *   10.82.71.1, fd82:71::1        10.82.71.2, fd82:71::2     listener.test, by its name server
 * </pre>
 */
final class HostileHost implements AutoCloseable {

  private static final String HOSTILE = "hostile";
  private static final String HEALTHY = "healthy";

  private final Programs programs;
  private final BridgedHosts hosts;
  private final Path directory;
  private final Path disk;
  private final Path settings;
  private final String otherKey;

  HostileHost(Programs programs) throws IOException, InterruptedException {
    this.programs = programs;
    otherKey = programs.otherKey();
    hosts = programs.hosts(HOSTILE, HEALTHY);
    // Not below /tmp, which may be taken away.
    directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "hostile-");
    disk = Files.createDirectory(directory.resolve("disk"));
    // Put over that in /etc of whatever runs in the namespace.
    settings = Files.createDirectories(Path.of("/etc/netns", hosts.ns(HOSTILE)));
    try {
      prepare();
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private void prepare() throws IOException, InterruptedException {
    String _ = Program.of("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString()).run();
    hosts.shell(HOSTILE, "ip address add fd82:71::1/64 dev eth0 nodad");
    hosts.shell(HEALTHY, "ip address add fd82:71::2/64 dev eth0 nodad");
    var _ = Certificates.make(directory, "http", "ec");
    resolvers("10.82.71.2");
    RunningProgram nameServer =
        programs.start(
            hosts.on(
                HEALTHY,
                Program.of(
                    Tools.require("dnsmasq", "dnsmasq-base"),
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--no-resolv",
                    "--no-hosts",
                    "--user=root",
                    "--pid-file=",
                    "--log-facility=-",
                    "--host-record=listener.test,10.82.71.2,fd82:71::2")));
    nameServer.log().await("started");
  }

  /** The directory that outputs write to: a small disk of its own. */
  Path disk() {
    return disk;
  }

  /** A directory for what tests need. */
  Path directory() {
    return directory;
  }

  /** A line for each set of members that the output {@code command} was run with. */
  Path history() {
    return directory.resolve("history");
  }

  /** The certificate of its listener. */
  Path certificate() {
    return directory.resolve("http.crt");
  }

  /** The numbers of its listener, as a file has them; empty if it has none yet. */
  String numbers() throws IOException {
    Path file = disk.resolve("rgap.prom");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** What the test has started. */
  Programs programs() {
    return programs;
  }

  /** Whom the hostile host asks for names, from now on. */
  void resolvers(String... addresses) throws IOException {
    StringBuilder text = new StringBuilder("options timeout:2 attempts:1\n");
    for (String address : addresses) {
      text.append("nameserver ").append(address).append('\n');
    }
    Files.writeString(settings.resolve("resolv.conf"), text); // the same file: it is mounted
  }

  /** The same program, on the hostile host. */
  Program inside(Program program) {
    return hosts.on(HOSTILE, program);
  }

  /** Runs a command line of the shell on the hostile host. */
  void shell(String command) throws IOException, InterruptedException {
    hosts.shell(HOSTILE, command);
  }

  /** Takes the network interface away. */
  void unplug() throws IOException, InterruptedException {
    hosts.unplug(HOSTILE);
  }

  /** Brings an interface with the same addresses, whose hardware nobody knows. */
  void plug() throws IOException, InterruptedException {
    hosts.plug(HOSTILE);
    shell("ip address add fd82:71::1/64 dev eth0 nodad");
    hosts.shell(HEALTHY, "ip neigh flush all");
  }

  /** Workers that announce themselves to the hostile host from now on. */
  void workers(String target, String... addresses) {
    workers(programs.key, target, addresses);
  }

  /** The same, with the other key. */
  void workersWithOtherKey(String target, String... addresses) {
    workers(otherKey, target, addresses);
  }

  private void workers(String key, String target, String... addresses) {
    var _ = programs.start(hosts.on(HEALTHY, Announcer.program(key, target + ":8271", addresses)));
  }

  /**
   * A listener on the hostile host, ready to be started.
   *
   * @param address where workers reach it
   */
  Program listener(String address) throws IOException {
    return listener(address, "psk: " + programs.key, "");
  }

  /** The same, with a guard, damping, and a key in a file; it looks whether its files change. */
  Program guardedListener(String address) throws IOException {
    Programs.keyFile(directory.resolve("key"), programs.key);
    Programs.keyFile(directory.resolve("other"), otherKey);
    return guardedListener(address, "{psk_file: key}");
  }

  /** Has the configuration of a guarded listener say that it takes the other key, too. */
  void takeOtherKey(String address) throws IOException {
    var _ = guardedListener(address, "{psk_file: other}, {psk_file: key}");
  }

  private Program guardedListener(String address, String keys) throws IOException {
    String guarded =
        "psks: ["
            + keys
            + "], guard: {min_members: 1, max_loss: 0%, window: 2s, hold: 1m},"
            + " damping: {min_announcements: 2, within: 2s}";
    return listener(address, guarded, "watch: true");
  }

  private Program listener(String address, String settings, String more) throws IOException {
    String outputs =
        PublishedMembers.all().stream()
            .filter(output -> !output.yaml().isEmpty())
            .map(output ->
                "- "
                    + output
                        .yaml()
                        .replace("DISK", disk.toString())
                        .replace("HISTORY", history().toString())
                    + "\n")
            .collect(Collectors.joining());
    Path config =
        Programs.config(
            directory,
            """
            listen: ["%s:8271"]
            state_dir: %s/state
            groups:
            - {id: 1000, %s, expire: 4s, clock_skew: 10s, readiness_delay: 1s}
            http: {listen: ['127.0.0.1:8270'], tls: {certificate_file: http.crt, key_file: http.key}}
            metrics: {textfile: %s/rgap.prom, interval: 1s}
            outputs:
            %s%s
            """
                .formatted(
                    address.startsWith("239.") ? address : "",
                    disk,
                    settings,
                    disk,
                    outputs,
                    more));
    return Program.rgap("listener", "-c", config.toString())
        .with("RUNTIME_DIRECTORY", directory.resolve("run").toString());
  }

  /** A listener on the healthy host, for an agent on the hostile one. */
  RunningProgram healthyListener() throws IOException, InterruptedException {
    Path healthy = Files.createDirectory(directory.resolve(HEALTHY));
    String file =
        "{kind: hostsfile, spec: {interval: 1s, filename: "
            + healthyHosts()
            + "," //
            + " mappings: [{group: 1000, hostname: worker}]}}";
    Path config =
        Programs.config(
            healthy,
            """
            listen: [":8271"]
            groups:
            - {id: 1000, psk: %s, expire: 4s, clock_skew: 10s, readiness_delay: 100ms}
            outputs:
            - kind: eventlog
            - %s
            """
                .formatted(programs.key, file));
    return Programs.awaitReady(
        programs.start(hosts.on(HEALTHY, Program.rgap("listener", "-c", config.toString()))));
  }

  /** An agent by a file, with an address that is found, and checks of this host. */
  Program checkedAgent() throws IOException {
    Path config = directory.resolve("agent.yaml");
    Files.writeString(
        config,
        """
        announce:
        - group: 1000
          psk: %s
          address: cidr:10.82.71.0/24
          interval: 300ms
          destinations: 'listener.test:8271'
          checks:
          - {file: {absent: %s/drain}, interval: 500ms}
          - {command: ['true'], interval: 500ms}
          - {command: [sh, -c, 'exit 0'], name: shell, interval: 1s, timeout: 900ms}
        """
            .formatted(programs.key, directory));
    return Program.rgap("agent", "-c", config.toString())
        .with("RUNTIME_DIRECTORY", directory.resolve("run").toString());
  }

  /** What the healthy listener publishes. */
  Path healthyHosts() {
    return directory.resolve(HEALTHY).resolve("hosts");
  }

  @Override
  public void close() throws IOException {
    programs.close();
    try {
      String _ =
          Program.of(
                  "sh",
                  "-c",
                  "umount \"$0\"; rm -r \"$1\" \"$2\"",
                  disk.toString(),
                  directory.toString(),
                  settings.toString())
              .run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
