package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  private static long heap(String options) {
    return Heap.ofListener(Map.of("RGAP_JAVA_OPTS", options));
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx1g, 1024",
    "-Xmx1G, 1024",
    "-Xmx64m, 64",
    "-Xmx64M -Xlog:gc, 64",
    "-Xlog:gc  -Xmx2048k, 2",
    "-Xmx1048576, 1",
    "-Xmx1g -Xmx300m, 300",
    "-Xms1g, 256",
    "-Xmx, 256",
    "-Xmxm, 256",
    "-Xmx1q, 256",
    "-Xmx99999999999999t, 256",
    "'', 256",
  })
  void goesByTheOptionsOfTheLauncher(String options, long mebibytes) {
    assertThat(heap(options)).isEqualTo(mebibytes * MIB);
  }

  @Test
  void isElseThatOfThePackage() throws IOException {
    assertThat(Heap.ofListener(Map.of())).isEqualTo(Heap.OF_PACKAGE);
    assertThat(Files.readAllLines(Path.of("listener.args")))
        .contains("-Xmx" + Heap.OF_PACKAGE / MIB + "m");
  }

  private Run check(String options, String group, String outputs) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("rgap.yaml"),
            """
            listen: [":8271"]
            groups: [{id: 1, psk: %s, expire: 15s%s}]
            outputs:
            %s
            """
                .formatted("ab".repeat(32), group, outputs));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Run.with(Map.of("RGAP_JAVA_OPTS", options), "", "check", "-c", file.toString());
  }

  private static final String MANY_OUTPUTS =
      """
      - kind: template
        spec:
          groups: {web: {group: 1}}
          inline: "{{#each web.members}}server {{label}} {{host}}:80 check\n{{/each}}"
          destination: /run/a
      - kind: template
        spec: {groups: {web: {group: 1}}, inline: "{{json web.members}}", destination: /run/b}
      - kind: hostsfile
        spec: {interval: 5s, filename: /run/c, mappings: [{group: 1, hostname: worker.example.com}]}
      - kind: command
        spec: {group: 1, command: [cat], format: json}
      - kind: dns
        spec: {bind_address: ":53", mappings: {worker.example.com: {group: 1}}}
      """;

  @Test
  void theDefaultFitsWithManyOutputs() throws IOException {
    assertThat(check("", "", MANY_OUTPUTS).err()).isEmpty();
  }

  @Test
  void checkWarnsOfGroupsThatWouldNotFit() throws IOException {
    Run run = check("", ", max_members: 1000000", MANY_OUTPUTS);

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .matches(
            "Warning: .*/rgap.yaml: with max_members in all groups, the members and what outputs"
                + " make of them need about \\d{4} MiB of heap, a listener has 256 MiB: whoever"
                + " holds the keys could end it; lower max_members, or set"
                + " RGAP_JAVA_OPTS=-Xmx\\d{4}m for the listener\n");
    assertThat(check("-Xmx4g", ", max_members: 1000000", MANY_OUTPUTS).err()).isEmpty();
    assertThat(check("", ", max_members: 1000000", "- kind: noop").err()).isEmpty();
    assertThat(check("", ", max_members: 2000000", "- kind: noop").err()).contains("489 MiB");
  }

  /** Who waits to become a member takes room, too. */
  @Test
  void dampingNeedsMore() throws IOException {
    String group = ", max_members: 1000000";
    assertThat(check("", group, "- kind: noop").err()).isEmpty();
    assertThat(
            check("", group + ", damping: {min_announcements: 2, within: 10s}", "- kind: noop")
                .err())
        .contains("267 MiB");
  }
}
