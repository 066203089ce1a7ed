package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** systemd-resolved on a host of its own, without the rest of systemd. */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
class SystemdResolvedIT {

  private static final String HOST = "host";
  private static final Path RESOLVED = Path.of("/lib/systemd/systemd-resolved");

  /** It gets a {@code /run} and a configuration that end with it; a bus it does without. */
  private static final String[] WITH_OWN_FILES = {
    "unshare",
    "--mount",
    "sh",
    "-ec",
    """
    mount -t tmpfs tmpfs /run
    mkdir -p /run/systemd/resolve /run/systemd/resolved.conf.d
    chown systemd-resolve: /run/systemd/resolve
    cp "$0" /run/systemd/resolved.conf.d/rgap.conf
    exec "$@"
    """,
  };

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts(HOST);
  @TempDir private Path directory;

  SystemdResolvedIT() throws IOException, InterruptedException {}

  private void resolved() throws Exception {
    String program = Tools.require(RESOLVED, "systemd-resolved");
    Path config =
        Files.writeString(
            directory.resolve("resolved.conf"), DocumentedResolver.snippet("systemd-resolved", 0));
    RunningProgram resolved =
        programs.start(
            hosts.on(HOST, Program.of(program).by(config.toString()).by(WITH_OWN_FILES)));
    Eventually.see(
        "its answer",
        () -> {
          assertThat(resolved.process().isAlive()).as(resolved::describe).isTrue();
          return ask("localhost.");
        },
        text -> text.contains("status: NOERROR"));
  }

  private String ask(String... words) throws IOException {
    Program dig = Dig.command("127.0.0.53", 53, words).and("+tries=1", "+time=2");
    return new String(
        hosts.on(HOST, dig).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private Program listener(String bind, int announcements) throws Exception {
    Path config =
        NameServer.config(
            programs,
            directory,
            "3s",
            announcements,
            bind,
            "mappings: {worker.example.com: {group: 1000},"
                + " _http._tcp.worker.example.com: {group: 1000, port: 80}}",
            "zone: {name: example.com, nameservers: [ns1.example.net]}",
            "negative_ttl: 1s");
    return hosts.on(HOST, Program.rgap("listener", "-c", config.toString()));
  }

  @Test
  void followsTheMembers() throws Exception {
    int port = Programs.freePort();
    Programs.awaitReady(programs.start(listener("127.0.0.1:5300", port)));
    resolved();
    RunningProgram announcer =
        programs.start(
            hosts.on(HOST, Announcer.program(programs.key, "127.0.0.1:" + port, "10.0.0.1")));
    awaitAnswer("10.0.0.1");
    assertThat(new Dig(ask("_http._tcp." + NameServer.NAME, "SRV")).answer()).hasSize(1);
    announcer.close();
    awaitAnswer();
  }

  private void awaitAnswer(String... addresses) throws Exception {
    Eventually.equal(() -> new Dig(ask(NameServer.NAME)).data(), DnsClient.set(addresses));
  }

  @Test
  void isNamedWhereItHasThePort() throws Exception {
    resolved();
    RunningProgram listener = programs.start(listener(":53", Programs.freePort())).expectExit(1);
    assertThat(listener.log().matching("^Error: "))
        .singleElement()
        .asString()
        .contains("bind_address :53: Address already in use")
        .contains("127.0.0.53 by systemd-resolved")
        .contains("DNSStubListener=no");
    Programs.awaitReady(programs.start(listener("10.82.71.1:53", Programs.freePort())));
  }
}
