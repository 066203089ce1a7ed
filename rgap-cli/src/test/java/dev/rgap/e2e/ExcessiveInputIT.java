package dev.rgap.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that are as long or as deep as nobody writes them by hand, but a program that goes wrong
 * may: a listener with the heap of the packages says what is wrong where, in time.
 */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class ExcessiveInputIT {

  private static final int SIZE = (16 << 20) - 4_096;

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /**
   * A file.
   *
   * @param yaml makes it: there is not room for all at once
   */
  record Excess(String what, Supplier<String> yaml) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static String fill(String part) {
    return part.repeat(SIZE / part.getBytes(UTF_8).length);
  }

  static Stream<Excess> files() {
    String group = "groups: [{id: 1, psk: " + "ab".repeat(32) + ", expire: 15s}]\n";
    String template =
        group + "outputs:\n- kind: template\n  spec: {destination: x, groups: {g: {group: 1}},";
    String dns = group + "outputs:\n- kind: dns\n  spec:\n    bind_address: ";
    String hosts =
        group + "outputs:\n- kind: hostsfile\n  spec:\n    interval: 1s\n    filename: x\n";
    String base64 = "!!binary ";
    return Stream.of(
        new Excess("a list", () -> "listen: [" + fill("a,") + "]\n"),
        new Excess("a list over lines", () -> "listen:\n" + fill("- a\n")),
        new Excess("good addresses", () -> "listen:\n" + fill("- :0\n")),
        new Excess("a scalar", () -> "listen: [" + fill("a") + "]\n"),
        new Excess("a scalar of digits", () -> "listen: [':" + fill("1") + "']\n"),
        new Excess("a scalar over lines", () -> "listen:\n- |\n" + fill("  abcdefg\n")),
        new Excess(
            "a quoted scalar over lines", () -> "listen: [\"" + fill("abcdefg\n ") + "\"]\n"),
        new Excess(
            "a plain scalar over lines", () -> "listen:\n  - " + fill("abcdefg\n    ") + "\n"),
        new Excess("a name", () -> fill("a") + ": 1\n"),
        new Excess("names", () -> "listen: {" + fill("a: 1, ") + "}\n"),
        new Excess("other names", () -> names()),
        new Excess("nested lists", () -> "listen: " + fill("[")),
        new Excess("nested mappings", () -> "listen: " + fill("{a: ")),
        new Excess("nested dashes", () -> fill("- ")),
        new Excess("nested questions", () -> fill("? ")),
        new Excess("anchors", () -> "listen: [" + fill("&a x,") + "]\n"),
        new Excess("aliases", () -> "listen: &a [x]\ngroups: [" + fill("*a,") + "]\n"),
        new Excess("comments", () -> fill("# a\n")),
        new Excess("directives", () -> fill("%TAG !e! tag:e\n")),
        new Excess("nothing", () -> fill("\n")),
        new Excess("blanks", () -> "listen: " + fill(" ") + "x"),
        new Excess("commas", () -> "listen: [" + fill(",") + "]"),
        new Excess("base64", () -> "listen: [" + base64 + fill("YWFh") + "]"),
        new Excess("a key", () -> "groups: [{id: 1, expire: 1s, psk: " + fill("a") + "}]"),
        new Excess("an id", () -> "groups: [{id: " + fill("9") + "}]"),
        new Excess("an id with an exponent", () -> "groups: [{id: 1e" + fill("9") + "}]"),
        new Excess("a duration", () -> "groups: [{expire: " + fill("1h") + "}]"),
        new Excess("groups", () -> "groups:\n" + fill("- {id: 1}\n")),
        new Excess("outputs", () -> "outputs:\n" + fill("- kind: noop\n")),
        new Excess("an inline template", () -> template + " inline: '" + fill("a") + "'}"),
        new Excess(
            "a template of blocks",
            () -> template + " inline: '" + "{{#if g}}".repeat(100_000) + "'}"),
        new Excess(
            "a template of parentheses",
            () -> template + " inline: '{{upper " + "(lower ".repeat(100_000) + "'}"),
        new Excess("a source", () -> template + " source: " + fill("a") + "}"),
        new Excess(
            "a domain",
            () -> dns + "':53'\n    mappings:\n      ? \"" + fill("é") + "\"\n      : {group: 1}"),
        new Excess("an apex", () -> dns + "':53'\n    zone: {name: '" + fill("a.") + "'}"),
        new Excess(
            "a mailbox", () -> dns + "':53'\n    zone: {hostmaster: '" + fill("a.") + "@b'}"),
        new Excess("sockets", () -> dns + "[" + fill("':1',") + "]"),
        new Excess(
            "other sockets",
            () -> dns + "[" + sockets() + "]\n    mappings: {a: {group: 9, x: 1}}"),
        new Excess(
            "host names",
            () -> hosts + "    mappings: [{group: 1, hostname: '" + fill("a ") + "'}]"),
        new Excess(
            "lines", () -> hosts + "    prepend_lines: 1\n    append_lines: '" + fill("a") + "'"),
        new Excess(
            "a file", () -> hosts.replace("filename: x", "filename: '" + fill("/a") + "/'")));
  }

  private static String names() {
    StringBuilder names = new StringBuilder();
    for (int i = 0; names.length() < SIZE; i++) {
      names.append('n').append(i).append(": 1\n");
    }
    return names.toString();
  }

  private static String sockets() {
    StringBuilder sockets = new StringBuilder();
    for (int i = 0; i < 300_000; i++) {
      sockets.append("'10.").append(i >> 16).append('.').append((i >> 8) & 255).append('.');
      sockets.append(i & 255).append(":53',");
    }
    return sockets.toString();
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("files")
  void isAnErrorWithAPlace(Excess file) throws Exception {
    Path config = Programs.config(directory, file.yaml().get());

    RunningProgram listener = programs.start(Program.packagedListener("-c", config.toString()));

    assertThat(listener.awaitExit()).as(listener::describe).isEqualTo(1);
    List<String> lines = listener.log().all();
    assertThat(lines).hasSizeLessThan(210);
    assertThat(lines).allMatch(line -> line.length() < 3_000);
    assertThat(lines.getFirst()).matches("\\Q" + config + "\\E:\\d+:\\d+: .*");
    assertThat(lines).noneMatch(line -> line.contains("unexpected"));
  }

  /** Whoever has opened it may not write, and whoever opens it waits for a writer. */
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aPipeThatHasANameIsReadToItsEnd() throws Exception {
    Path pipe = directory.resolve("pipe");
    String _ = Program.of("mkfifo", pipe.toString()).run();
    Path config = programs.config(directory, "127.0.0.1:0", "15s");
    RunningProgram listener = programs.start(Program.packagedListener("-c", pipe.toString()));

    Files.write(pipe, Files.readAllBytes(config));

    listener.log().await("listener ready");
    listener.stop();
  }

  /** The writer has gone when the program comes to open its standard input. */
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aPipeThatHasANameMayBeStandardInput() throws IOException, InterruptedException {
    Path pipe = directory.resolve("pipe");
    String _ = Program.of("mkfifo", pipe.toString()).run();
    Path config = programs.config(directory, "127.0.0.1:0", "15s");
    RunningProgram check =
        programs.start(
            Program.rgap("check", "-c", "/dev/stdin")
                .by(
                    "sh",
                    "-c",
                    "exec <>'"
                        + pipe
                        + "'; cat '"
                        + config
                        + "' >'"
                        + pipe
                        + "'; exec 3<'"
                        + pipe
                        + "' 0<&3 3<&-; exec \"$@\"",
                    "sh"));

    assertThat(check.expectExit(0).out().all())
        .containsExactly("/dev/stdin: ok (1 address, 1 group, 1 output)");
  }
}
