package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.agent.HealthCheckConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks as they are written in a file. */
class ChecksTest {

  private static final Map<String, String> TCP = Map.of("address", "127.0.0.1:80");

  private static Map<String, Object> item(Object... namesAndValues) {
    Map<String, Object> item = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      item.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return item;
  }

  private static String problem(Object... namesAndValues) {
    List<String> problems = Read.problems(item(namesAndValues));
    assertThat(problems).hasSize(1);
    return problems.getFirst();
  }

  @Test
  void haveDefaults() {
    HealthCheckConfig read = Read.config(item("tcp", TCP));

    assertThat(read).isEqualTo(HealthCheckConfig.of(read.check()));
    assertThat(read.check().label()).isEqualTo("tcp 127.0.0.1:80");
  }

  @Test
  void haveCommonSettings() {
    HealthCheckConfig read =
        Read.config(
            item(
                "tcp",
                TCP,
                "interval",
                "2s",
                "timeout",
                "1500ms",
                "rise",
                "2",
                "fall",
                "5",
                "start_period",
                "1m",
                "name",
                "web"));

    assertThat(read)
        .isEqualTo(
            new HealthCheckConfig(
                read.check(),
                Duration.ofSeconds(2),
                Duration.ofMillis(1500),
                2,
                5,
                Duration.ofMinutes(1)));
    assertThat(read.check().label()).isEqualTo("web");
  }

  @Test
  void areEqualIfTheyAreWrittenAlike() {
    for (Map<String, Object> each :
        List.of(
            item("tcp", TCP),
            item("tcp", TCP, "name", "x"),
            item(
                "http",
                Map.of(
                    "url",
                    "https://x/y",
                    "headers",
                    Map.of("A", "b"),
                    "body_matches",
                    "x",
                    "tls",
                    Map.of("insecure", true))),
            item("command", List.of("true")),
            item("file", Map.of("absent", "/x")),
            item("systemd", Map.of("unit", "x")))) {
      assertThat(Read.config(each))
          .isEqualTo(Read.config(each))
          .hasSameHashCodeAs(Read.config(each));
    }
    assertThat(Read.config(item("command", List.of("true"))))
        .isNotEqualTo(Read.config(item("command", List.of("false"))));
  }

  @Test
  void areOfExactlyOneKind() {
    String kinds = "tcp, http, grpc, command, file, systemd";
    assertThat(problem()).isEqualTo("f:1:1: names no check; write one of " + kinds);
    assertThat(problem("interval", "1s")).isEqualTo("f:1:1: names no check; write one of " + kinds);
    assertThat(problem("htpp", Map.of()))
        .isEqualTo("f:1:1: htpp: unknown setting; did you mean 'http'?");
    assertThat(problem("file", Map.of("absent", "/x"), "tcp", TCP))
        .isEqualTo(
            "f:1:1: file: is a second kind of check in one item; each item of the list is one"
                + " check: begin another one with a '-'");
  }

  @Test
  void haveAllTheirProblemsFound() {
    assertThat(
            Read.problems(
                item(
                    "http",
                    item(
                        "url",
                        "ftp://x",
                        "method",
                        "get",
                        "status",
                        "6xx",
                        "headers",
                        item("Content-Length", "1", "X", "a\nb"),
                        "body_matches",
                        "(",
                        "tsl",
                        ""),
                    "interval",
                    "5",
                    "timeout",
                    "0s",
                    "rise",
                    "0",
                    "fall",
                    "x",
                    "start_period",
                    "-1s",
                    "name",
                    "")))
        .containsExactly(
            "f:2:1: http.url: has to begin with http:// or https://",
            "f:3:1: http.method: must be one of GET, HEAD, POST, OPTIONS; did you mean 'GET'?",
            "f:4:1: http.status: must be a status from 200 to 599, or all of a hundred, such as 2xx",
            "f:6:1: http.headers.Content-Length: is a header that the check sends itself",
            "f:7:1: http.headers.X: has characters that a header can't have",
            "f:8:1: http.body_matches: is no regular expression: Unclosed group at character 2",
            "f:9:1: http.tsl: unknown setting; did you mean 'tls'?",
            "f:10:1: interval: '5' has no unit; write 5s for seconds",
            "f:11:1: timeout: must be greater than 0; write for example 1s",
            "f:12:1: rise: must be a whole number from 1 to 1000",
            "f:13:1: fall: must be a whole number from 1 to 1000",
            "f:14:1: start_period: must not be negative; write for example 30s",
            "f:15:1: name: must be 1 to 64 printable characters; it is what log and status call"
                + " the check");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://user:hunter2@ho st/ | is no URL: Illegal character in authority at character 23",
        "http://user:hunter2@/ | has no host that is a name or an address",
        "http://user:hunter2@a_b/ | has no host that is a name or an address",
        "user:hunter2@host | has to begin with http:// or https://",
        "http://user:hunter2@host/#x | what stands behind a # is sent to no server",
        "http://user:hunter2@host:0/ | port 0 can't be connected to",
      })
  void repeatNoUrlThatIsWrong(String url, String problem) {
    assertThat(problem("http", Map.of("url", url))).endsWith("http.url: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {":80", "host", "host:0", "host:80@eth0", "[::1]"})
  void connectToAHostAndAPort(String address) {
    assertThat(problem("tcp", Map.of("address", address))).contains("tcp.address: ");
  }

  @Test
  void areMadeOfWhatBelongsTogether() {
    assertThat(problem("http", item("url", "http://x/", "tls", Map.of())))
        .contains("http.tls: has no effect on http; write https in the url, or leave it out");
    assertThat(problem("http", item("url", "http://x/", "method", "HEAD", "body", "x")))
        .contains("http.method: HEAD asks for no body");
    assertThat(
            problem("http", item("url", "http://u:p@x/", "headers", Map.of("authorization", "x"))))
        .contains("http.headers: have Authorization, and so has the url");
    assertThat(problem("file", item("absent", "/a", "present", "/b")))
        .contains("file: has present and absent");
    assertThat(problem("file", item())).contains("file: names no file");
    assertThat(problem("file", item("absnt", "/a")))
        .contains("file.absnt: unknown setting; did you mean 'absent'?");
    assertThat(problem("file", item("absent", "a"))).contains("is no absolute path");
    assertThat(problem("command", "true")).contains("command: must be a list");
    assertThat(problem("systemd", item("unit", "nginx*"))).contains("is no name of a unit");
    assertThat(problem("tcp", "127.0.0.1:80"))
        .contains("tcp: is a single value, a mapping is expected");
    assertThat(problem("tcp", item())).contains("tcp.address: is required; write for example");
  }

  @Test
  void nameAFileOfAuthoritiesThatIsOne() {
    assertThat(
            problem("http", item("url", "https://x/", "tls", Map.of("ca_file", "/no/such/file"))))
        .contains(
            "http.tls.ca_file: the file /no/such/file can't be used: no such file;"
                + " it has to have certificates in PEM");
    assertThat(
            problem("http", item("url", "https://x/", "tls", Map.of("ca_file", "/etc/hostname"))))
        .contains("http.tls.ca_file: the file /etc/hostname can't be used: it has ");
    assertThat(problem("http", item("url", "https://x/", "tls", Map.of("ca_file", "/dev/zero"))))
        .contains("it is no file of at most 1 MiB");
  }

  @Test
  void areWarnedOfIfTheyTakeLongerThanTheirInterval() {
    assertThat(problem("tcp", TCP, "timeout", "10s"))
        .isEqualTo(
            "f:3:1: warning: timeout: the timeout of 10s is longer than the interval of 5s; a check"
                + " that takes so long is made less often than at each interval");
    assertThat(Read.problems(item("tcp", TCP, "timeout", "5s"))).isEmpty();
    assertThat(Arrays.asList(problem("tcp", TCP, "interval", "10ms").split(": ")))
        .contains("warning", "interval");
  }
}
