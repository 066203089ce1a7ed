package dev.rgap.cli.command.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.Lines;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.ConfigResult;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.listener.ListenerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DemoTest {

  @Test
  void withinFiveSecondsItShowsJoinAndLeave() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status =
        new Demo(Duration.ofSeconds(5), new PrintStream(bytes, true, UTF_8)).run(new Shutdown());
    String printed = bytes.toString(UTF_8);

    assertThat(status).isZero();
    assertThat(printed.lines().filter(line -> line.contains("s  ")))
        .allMatch(line -> line.matches(" *\\+\\d+\\.\\ds  .*"));
    assertThat(printed)
        .contains("  JOIN  10.0.0.1\n", "  JOIN  10.0.0.2\n", "  JOIN  10.0.0.3\n")
        .containsSubsequence(
            "SNAPSHOT of group 1: 3 members: 10.0.0.1 (",
            "DNS   dig @127.0.0.1 -p ",
            " workers.demo.example -> [10.0.0.",
            "the agent of 10.0.0.2 stops",
            "LEAVE 10.0.0.2: it was not heard of for 3 s",
            "the demo is over; joins: 3, leaves: 1",
            "announcements accepted: ",
            "rejected: 0\n");
  }

  @Test
  void whatItSaysAboutTheConfigurationIsTrue() throws Exception {
    Lines lines = new Lines();
    Shutdown shutdown = new Shutdown();
    CompletableFuture<Integer> status = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                status.complete(new Demo(Duration.ZERO, lines.stream()).run(shutdown));
              } catch (Exception e) {
                status.completeExceptionally(e);
              }
            })
        .start();
    lines.nextWith("rgap.yaml:");
    StringBuilder yaml = new StringBuilder();
    for (String line = lines.next(); !line.isBlank(); line = lines.next()) {
      yaml.append(line).append('\n');
    }
    ConfigResult<ListenerConfig> result =
        new ConfigFile().parse("f", yaml.toString().getBytes(UTF_8));
    assertThat(result.problems()).isEmpty();
    String key = result.config().orElseThrow().groups().get(0).key().revealHex();
    assertThat(lines.nextWith("rgap agent"))
        .isEqualTo(
            "  RGAP_PSK="
                + key
                + " rgap agent -g 1 -a 10.0.0.1 -i 1s -d "
                + result.config().orElseThrow().listen().get(0));

    assertThat(lines.nextWith("dig "))
        .matches("  dig @127\\.0\\.0\\.1 -p [1-9][0-9]* workers\\.demo\\.example");
    String page = lines.nextWith("http://").strip();
    assertThat(page).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*/");
    assertThat(read(page)).contains("<title>rgap</title>");
    assertThat(read(page + "v1/groups/1")).contains("\"ready\":true");

    lines.nextWith("JOIN  10.0.0.");
    shutdown.request();
    assertThat(status.get(20, TimeUnit.SECONDS)).isZero();
    assertThatThrownBy(() -> read(page)).isInstanceOf(IOException.class);
    lines.nextWith("the demo is over; joins: ");
    assertThat(lines.next()).contains("announcements accepted: ");
    assertThat(lines.isEmpty()).isTrue();
  }

  private static String read(String url) throws IOException {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void twoOfThemGetAlong() throws Exception {
    Lines first = new Lines();
    Lines second = new Lines();
    Shutdown shutdown = new Shutdown();
    CompletableFuture<?>[] runs =
        Arrays.stream(new Lines[] {first, second})
            .map(lines ->
                CompletableFuture.supplyAsync(
                    () -> {
                      try {
                        return new Demo(Duration.ZERO, lines.stream()).run(shutdown);
                      } catch (Exception e) {
                        lines.stream().println("no JOIN, but " + e);
                        throw new IllegalStateException(e);
                      }
                    },
                    task -> new Thread(task).start()))
            .toArray(CompletableFuture<?>[]::new);
    for (Lines lines : new Lines[] {first, second}) {
      assertThat(lines.nextWith("JOIN")).contains("10.0.0.");
    }
    shutdown.request();
    for (CompletableFuture<?> run : runs) {
      assertThat(run.get(20, TimeUnit.SECONDS)).isEqualTo(0);
    }
  }
}
