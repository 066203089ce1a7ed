package dev.rgap.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An output of the listener on a {@link HostileHost}, and how those who use it see the members.
 *
 * @param name what it is called in messages
 * @param yaml its part of the configuration, with {@code DISK} for the directory of files; empty
 *     for what is no output
 * @param look who the members are; nothing if it can't be said now
 */
record PublishedMembers(String name, String yaml, Look look) {

  /** Shows the members as a user of an output finds them. */
  @FunctionalInterface
  interface Look {
    Optional<Set<String>> at(HostileHost host) throws IOException, InterruptedException;
  }

  private static final Pattern ADDRESS = Pattern.compile("\\b(10(?:\\.\\d+){3})\\b");

  /** A line for each output that a listener on a hostile host has. */
  static List<PublishedMembers> all() {
    return List.of(
        new PublishedMembers(
            "hostsfile",
            "{kind: hostsfile, spec: {interval: 200ms, filename: DISK/hosts,"
                + " mappings: [{group: 1000, hostname: worker}]}}",
            host -> file(host, "hosts")),
        new PublishedMembers(
            "template",
            "{kind: template, spec: {groups: {w: {group: 1000}}, destination: DISK/list,"
                + " inline: '{{#each w.members}}{{host}} {{/each}}', interval: 200ms}}",
            host -> file(host, "list")),
        new PublishedMembers(
            "command",
            "{kind: command, spec: {group: 1000, retries: 100,"
                + " command: [sh, -c, 'cat >DISK/new && mv DISK/new DISK/command &&"
                + " { tr \"\n\" \" \" <DISK/command; echo; } >>HISTORY']}}",
            host -> file(host, "command")),
        new PublishedMembers(
            "dns",
            "{kind: dns, spec: {bind_address: '127.0.0.1:5353',"
                + " mappings: {worker.example.: {group: 1000}}}}",
            PublishedMembers::dns),
        new PublishedMembers("https", "", PublishedMembers::https),
        new PublishedMembers("eventlog", "{kind: eventlog}", host -> Optional.empty()),
        new PublishedMembers(
            "log", "{kind: log, spec: {interval: 100ms}}", host -> Optional.empty()));
  }

  /** Whether there is something to look at. */
  boolean visible() {
    return !yaml.contains("log");
  }

  private static Optional<Set<String>> file(HostileHost host, String name) throws IOException {
    try {
      return Optional.of(addresses(Files.readString(host.disk().resolve(name))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<Set<String>> dns(HostileHost host)
      throws IOException, InterruptedException {
    String dig = Tools.require("dig", "bind9-dnsutils");
    Process asking =
        host.inside(
                Program.of(
                    dig, "-r", "@127.0.0.1", "-p", "5353", "+tries=1", "+time=1", "worker.example"))
            .start();
    String answer =
        new String(asking.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .filter(line -> line.startsWith("worker.example."))
            .collect(Collectors.joining(" "));
    return asking.waitFor() == 0 && !answer.isEmpty()
        ? Optional.of(addresses(answer))
        : Optional.empty();
  }

  private static Optional<Set<String>> https(HostileHost host)
      throws IOException, InterruptedException {
    String curl = Tools.require("curl", "curl");
    Process asking =
        host.inside(
                Program.of(curl, "-sf", "-m", "1", "--cacert", host.certificate().toString())
                    .and("--resolve", "localhost:8270:127.0.0.1")
                    .and("https://localhost:8270/v1/groups/1000/lines"))
            .start();
    String answer = new String(asking.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return asking.waitFor() == 0 ? Optional.of(addresses(answer)) : Optional.empty();
  }

  private static Set<String> addresses(String text) {
    return ADDRESS
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
