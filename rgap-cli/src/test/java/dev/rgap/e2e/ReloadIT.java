package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A listener whose configuration is read again, as operators make it do that. */
@Execution(ExecutionMode.CONCURRENT)
class ReloadIT {

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

  private String yaml(String name) {
    return """
    listen: ["127.0.0.1:%d"]
    groups: [{id: 1000, psk: %s, expire: 10m, readiness_delay: 1s}]
    outputs:
    - kind: eventlog
    - {kind: dns, spec: {bind_address: "127.0.0.1:%d", mappings: {%s: {group: 1000}}}}
    - {kind: hostsfile, spec: {filename: %s, interval: 1s, mappings: [{group: 1000, hostname: h}]}}
    """
        .formatted(port, programs.key, dns, name, hosts);
  }

  private RunningProgram reload(RunningProgram listener) {
    return programs.rgap("reload", Long.toString(listener.process().pid()));
  }

  private RunningProgram check(Path config) {
    return programs.rgap("check", "-c", config.toString());
  }

  private void awaitAnswer(String name, String... addresses) throws Exception {
    String dig = Tools.require("dig", "bind9-dnsutils");
    Eventually.equal(
        () ->
            Program.of(dig, "-r", "+short", "@127.0.0.1", "-p", Integer.toString(dns), name)
                .run()
                .lines()
                .sorted()
                .toList(),
        List.of(addresses));
  }

  @Test
  void appliesWhatIsGoodAndKeepsTheMembers() throws Exception {
    Path config = Programs.config(directory, yaml("one.example"));
    RunningProgram listener = programs.listener(config);
    programs.announce("127.0.0.2", "-d", "127.0.0.1:" + port);
    awaitAnswer("one.example", "127.0.0.2");

    assertThat(reload(listener).expectExit(0).out().all()).containsExactly("reloaded");
    listener.log().await("was read again: nothing has changed");
    Files.writeString(config, yaml("two.example").replace("hostname: h", "hostname: other"));
    assertThat(reload(listener).expectExit(0).out().all()).containsExactly("reloaded");
    awaitAnswer("two.example", "127.0.0.2");
    Eventually.equal(() -> Files.readString(hosts), "127.0.0.2 other\n");

    Files.writeString(config, yaml("two.example").replace(", readiness_delay: 1s", ""));
    assertThat(reload(listener).expectExit(0).out().all()).containsExactly("reloaded");
    listener.log().await("WARNING .*groups\\[0\\]: has no readiness_delay");
    Files.writeString(config, yaml("three.example").replace("expire: 10m", "expire: soon"));
    Files.writeString(config, Files.readString(config).replace("kind: hostsfile", "kind: host"));
    RunningProgram refused = reload(listener).expectExit(1);
    refused.log().await("the configuration has errors, and stays as it was$");
    assertThat(refused.out().all())
        .hasSize(2)
        .containsExactlyElementsOf(check(config).expectExit(1).out().all());
    listener.log().await("ERROR the configuration stays as it was: .*rgap.yaml:2:\\d+: .*expire");
    awaitAnswer("two.example", "127.0.0.2");
    Files.writeString(config, "");
    reload(listener).expectExit(1);
    listener.log().await("stays as it was: .*rgap.yaml:1:1: the file is empty");
    Files.delete(config);
    reload(listener).expectExit(1).log().await("rgap.yaml: can't be read: no such file");
    listener.log().await("stays as it was: .*can't be read: no such file");
    listener.stop();
    assertThat(listener.log().all()).filteredOn(line -> line.contains("has joined")).hasSize(1);
    assertThat(listener.log().all()).noneMatch(line -> line.contains("has left"));
  }

  @Test
  void saysWhatCantBeHadAndGoesOnTrying() throws Exception {
    Path config = Programs.config(directory, yaml("one.example"));
    RunningProgram listener = programs.listener(config);
    int taken;
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      taken = other.getLocalPort();
      Files.writeString(
          config, yaml("one.example").replaceFirst("]", ", '127.0.0.1:" + taken + "']"));
      reload(listener).expectExit(1).log().await("reloaded, but a source or an output could not");
      listener.log().await("can't listen on 127.0.0.1:" + taken + ".*in use.*; it is tried again");
    }
    listener.log().await("source 127.0.0.1:" + taken + " added at last");
    listener.stop();
  }

  @Test
  void watchesItsFiles() throws Exception {
    Path template = Files.writeString(directory.resolve("list.hbs"), "first");
    Path list = directory.resolve("list");
    String yaml =
        "watch: true\n"
            + yaml("one.example")
            + "- {kind: template, spec: {groups: {w: {group: 1000}}, source: %s, destination: %s}}\n"
                .formatted(template, list);
    Path first = Files.createDirectory(directory.resolve("v1"));
    Path second = Files.createDirectory(directory.resolve("v2"));
    Files.writeString(first.resolve("rgap.yaml"), yaml);
    Files.writeString(second.resolve("rgap.yaml"), yaml.replace("one.example", "two.example"));
    // As Kubernetes does it: a link to a link to the directory of the moment.
    Path data = Files.createSymbolicLink(directory.resolve("data"), first);
    Path config =
        Files.createSymbolicLink(directory.resolve("rgap.yaml"), data.resolve("rgap.yaml"));
    RunningProgram listener = programs.listener(config);
    Eventually.equal(() -> Files.exists(list) ? Files.readString(list) : "", "first");

    Files.writeString(directory.resolve("new"), "second");
    Files.move(directory.resolve("new"), template, StandardCopyOption.REPLACE_EXISTING);
    Eventually.equal(() -> Files.readString(list), "second");
    listener.log().await("was read again: output template .*list changed");
    Path link = Files.createSymbolicLink(directory.resolve("data2"), second);
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    listener.log().await("was read again: output dns .* changed");
    Files.writeString(second.resolve("rgap.yaml"), "groups: 7\n");
    listener.log().await("the configuration stays as it was");
    Files.writeString(second.resolve("rgap.yaml"), yaml.replace("watch: true", "watch: false"));
    listener.log().await("was read again: output dns .* changed");
    listener.stop();
  }

  private void key(String name, String key) throws IOException {
    Programs.keyFile(directory.resolve(name), key);
  }

  /** As docs/keys.md has it, with files that are watched. */
  @Test
  void changesAKeyWithoutLosingAMember() throws Exception {
    String other = programs.otherKey();
    key("old.key", other);
    key("new.key", other);
    key("agent.key", programs.key);
    String old =
        "watch: true\n"
            + yaml("one.example")
                .replace("psk: " + programs.key, "psk_file: old.key")
                .replace("expire: 10m", "expire: 3s");
    Path config = Programs.config(directory, old);
    RunningProgram listener = programs.listener(config);
    RunningProgram agent =
        programs.rgap(
            "agent",
            "-g",
            "1000",
            "-a",
            "10.0.0.1",
            "-i",
            "200ms",
            "-d",
            "127.0.0.1:" + port,
            "--psk-file",
            directory.resolve("agent.key").toString());
    // What a file holds is part of the configuration.
    key("old.key", programs.key);
    listener.log().await("was read again: group 1000 changed");
    listener.log().await("host 10.0.0.1 has joined group 1000");

    Files.writeString(
        config,
        old.replace("psk_file: old.key", "psks: [{psk_file: new.key}, {psk_file: old.key}]"));
    listener.log().await("was read again: group 1000 changed", 2);
    listener.log().await("group 1000: the key .* \\(2 of 2\\) is in use: 10.0.0.1");
    key("agent.key", other);
    agent.log().await("announcing with the key .* from now on");
    listener.log().await("group 1000: the key .* \\(1 of 2\\) is in use: 10.0.0.1");
    Files.writeString(config, old.replace("old.key", "new.key"));
    listener.log().await("was read again: group 1000 changed", 3);
    programs.announce("10.0.0.2", "-d", "127.0.0.1:" + port);
    listener.log().await("signature");
    assertThat(listener.log().all()).noneMatch(line -> line.contains("host 10.0.0.1 has left"));
    agent.stop();
    listener.stop();
  }
}
