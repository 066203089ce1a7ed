package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderTest {

  private static final String KEY =
      "5f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";
  private static final String OUTPUTS =
      """
      - kind: hostsfile
        spec:
          interval: 5s
          filename: %1$s/hosts
          mappings: [{group: 1000, hostname: worker, fallback_addresses: [192.0.2.10]}]
      - kind: eventlog
      - kind: template
        spec:
          groups: {web: {group: 1000}}
          inline: "{{join web.members ' '}}"
          destination: %1$s/list
      """;

  @TempDir private Path directory;
  private String config = "";

  @BeforeEach
  void writeConfig() throws IOException {
    write(OUTPUTS);
  }

  private void write(String outputs) throws IOException {
    String yaml =
        """
        listen: [":8271"]
        groups:
        - {id: 1000, psk: %s, expire: 15s, readiness_delay: 1h}
        outputs:
        %s\
        """
            .formatted(KEY, outputs.formatted(directory));
    Path file = directory.resolve("rgap.yaml");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    config = Files.writeString(file, yaml).toString();
  }

  private String members(String yaml) throws IOException {
    return Files.writeString(directory.resolve("members.yaml"), yaml).toString();
  }

  @Test
  void showsAllFilesWithHeadings() {
    Run run = Run.of("render", "-c", config);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            ==> %1$s/hosts, hostsfile %1$s/hosts <==
            192.0.2.10 worker # fallback

            ==> %1$s/list, template %1$s/list <==

            """
                .formatted(directory));
  }

  @Test
  void showsOneFileAsItWouldBe() throws IOException {
    Run run =
        Run.of(
            "render",
            "-c",
            config,
            "--members",
            members("1000: [192.0.2.2, '2001:db8::1', 192.0.2.1]"),
            "-d",
            directory + "/./list");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("192.0.2.1 192.0.2.2 2001:db8::1");
    assertThat(directory.resolve("list")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2000: [] | :1:1: 2000: the configuration has no group 2000; define it there or correct the"
            + " id",
        "1000: [1.2.3] | :1:8: 1000[0]: '1.2.3' is not an IP address: expected four decimal numbers,"
            + " or IPv6 groups",
        "x: [] | :1:1: x: not an unsigned whole number; write for example '1000: [192.0.2.1]'",
        "[1000] | :1:1: is a list, a mapping is expected; write 'name: value'",
        "{0x3e8: [], 1000: []} | :1:13: 1000: group 1000 is given twice; list all its members in one"
            + " place",
      })
  void saysWhatIsWrongWithTheMembers(String yaml, String problem) throws IOException {
    String members = members(yaml);

    Run run = Run.of("render", "-c", config, "-m", members);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith(members + problem)
        .endsWith("Error: " + members + " has errors; nothing was rendered\n");
  }

  @Test
  void saysThatThereIsNoSuchFileToShow() {
    Run run = Run.of("render", "-c", config, "-d", "/etc/other");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "Error: --destination: no output writes /etc/other; there are: %1$s/hosts, %1$s/list\n"
                .formatted(directory));
  }

  @Test
  void saysThatNothingWritesAFile() throws IOException {
    write("- kind: eventlog\n");

    Run run = Run.of("render", "-c", config);

    assertThat(run.err())
        .isEqualTo(
            "Error: " + config + ": no output writes a file; kinds that do: hostsfile, template\n");
  }

  @Test
  void showsTheOtherFilesIfOneCanNotBeMade() throws IOException {
    write(
        OUTPUTS
            + """
            - kind: hostsfile
              spec:
                interval: 5s
                filename: %1$s/damaged
                section: true
                prepend_lines: [BEGIN]
                append_lines: [END]
            """);
    Files.writeString(directory.resolve("damaged"), "BEGIN\n");

    Run run = Run.of("render", "-c", config);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("/hosts, hostsfile " + directory, "/list, template " + directory);
    assertThat(run.err())
        .contains(
            "Error: hostsfile %1$s/damaged: %1$s/damaged has only one end".formatted(directory));
  }

  @Test
  void twoOutputsCanNotWriteOneFile() throws IOException {
    write(
        OUTPUTS
            + """
            - kind: template
              spec: {groups: {web: {group: 1000}}, inline: x, destination: "%1$s/x/../hosts"}
            """);

    Run run = Run.of("check", "-c", config);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains(
            "outputs[3]: writes the same file as hostsfile %1$s/hosts, %1$s/x/../hosts; let one"
                    .formatted(directory)
                + " output write all of it");
  }
}
