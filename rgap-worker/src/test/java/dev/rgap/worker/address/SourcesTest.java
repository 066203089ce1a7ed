package dev.rgap.worker.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.NoAddressException;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problem;
import dev.rgap.config.Problems;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.ConfigTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How sources are written, and those that ask this host only. */
@Timeout(60)
class SourcesTest {

  @TempDir private Path directory;

  private static AddressSource section(Object section) {
    Problems problems = new Problems();
    AddressSource source =
        Sources.read(ConfigValue.root(new ConfigTree().node(section), problems)).orElseThrow();
    assertThat(problems.all()).isEmpty();
    return source;
  }

  private static AddressSource shell(String script) {
    return section(Map.of("command", List.of("sh", "-c", script)));
  }

  private static AddressSource kubernetes(String text, Map<String, String> environment) {
    return KubernetesSource.parse(SourceLine.of(text), environment::get);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1 | true",
        "iface:eth0 | true",
        "@eth* | true",
        "k8s:POD_IP | true",
        "k8s:/etc/podinfo/ip | false",
        "route:192.0.2.1 | false",
        "command:/usr/bin/my-address --public | false",
        "http:http://a.example/b | false",
      })
  void everySourceIsReadAlsoAsALineOfAFile(String text, boolean quick) {
    AddressSource source = Sources.parse(text);
    assertThat(source.label()).isEqualTo(text);
    assertThat(source.isQuick()).isEqualTo(quick);
    assertThat(section(text)).isEqualTo(source).hasSameHashCodeAs(source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "http: | nothing stands behind the colon",
        "http:,family=ipv4 | nothing stands behind the colon",
        "http:ftp://a.example | no URL that begins with http:// or https://",
        "http:a.example | no URL that begins with http:// or https://",
        "http:http:// | is no URL: Expected authority",
        "http://us%65r:passw0rd@a.example/ | must not have a user and a password in it",
        "http://a.example/ b | is no URL: Illegal character",
        "http://a.example/,family=ipv5 | 'family=ipv5' is no option",
        "http://a.example/,family=ipv4,temporary=yes | 'temporary=yes' is no option here",
        "http://a.example/#ip | no JSON pointer",
        "stun::3478 | a server and its port have to stand there",
        "stun:a.example:x1 | the port must be a number",
        "stun:a.example:3478@eth0 | a server and its port have to stand there",
        "k8s:status.podIP | a variable's name or a file's absolute path",
        "k8s: | nothing stands behind the colon",
        "command:curl 'http://a.example' | no shell reads this, and ' would mean nothing",
        "command:a && b | no shell reads this",
        "ifaces:eth0 | or hostname, or http:URL, command:PROGRAM, stun:HOST:PORT or k8s:VARIABLE",
        "10.0.0.256 | each number must be 0 to 255",
      })
  void whatIsWrongIsSaid(String text, String expected) {
    assertThatThrownBy(() -> Sources.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("passw0rd");
  }

  @Test
  void problemsOfASectionAreAllToldWithoutSecrets() {
    Problems problems = new Problems();
    Map<String, Object> http =
        Map.of(
            "url", "ftp://a.example",
            "method", "BREW",
            "pointer", "ip",
            "ponter", "/ip",
            "headers", Map.of("Content Type", "s3cr3t", "X-Key", "s3cr3t\n"),
            "token", Map.of("url", "http://a.example/#x"));
    assertThat(
            Sources.read(
                ConfigValue.root(
                    new ConfigTree().node(Map.of("http", http, "family", "ipv5", "timeout", "10h")),
                    problems)))
        .isEmpty();
    assertThat(problems.all().stream().map(Problem::toString).sorted())
        .hasSize(10)
        .noneMatch(each -> each.contains("s3cr3t"));
    for (String path :
        List.of(
            "family",
            "timeout",
            "http.url",
            "http.method",
            "http.pointer",
            "http.ponter",
            "http.headers.Content Type",
            "http.headers.X-Key",
            "http.token.url",
            "http.token.header")) {
      assertThat(problems.all()).as(path).anyMatch(each -> each.path().equals(path));
    }
  }

  @Test
  void aSectionAsksOneSource() {
    for (Object section :
        List.of(
            Map.of("timeout", "1s"),
            Map.of("command", List.of("a"), "http", Map.of("url", "http://a.example")))) {
      Problems problems = new Problems();
      assertThat(Sources.read(ConfigValue.root(new ConfigTree().node(section), problems)))
          .isEmpty();
      assertThat(problems.all()).hasSize(1);
    }
  }

  @Test
  void programsPrintAddresses() throws IOException {
    assertThat(shell("echo be warned >&2; echo 192.0.2.1").find())
        .containsExactly(IpAddress.parse("192.0.2.1"));
    assertThat(
            section(
                    Map.of(
                        "command",
                        List.of("printf", "%s\\n", "2001:db8::1", "192.0.2.1"),
                        "family",
                        "both"))
                .find())
        .containsExactly(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::1"));
    Path script = Files.writeString(directory.resolve("address"), "#!/bin/sh\necho $1\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(Sources.parse("command:" + script + " 192.0.2.7").find())
        .containsExactly(IpAddress.parse("192.0.2.7"));
  }

  @Test
  void programsThatPrintNothingHaveNoAddressAndThoseThatFailDontKnow() {
    assertThatThrownBy(() -> shell("true").find())
        .isInstanceOf(NoAddressException.class)
        .hasMessage("what sh printed has no address");
    assertThatThrownBy(() -> shell("echo 192.0.2.1; echo no network >&2; exit 3").find())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoAddressException.class)
        .hasMessage("sh: exit status 3: no network");
    assertThatThrownBy(() -> shell("echo hello").find())
        .isNotInstanceOf(NoAddressException.class)
        .hasMessage("sh printed something else than addresses: hello");
    assertThatThrownBy(() -> Sources.parse("command:no-such-program-here").find())
        .hasMessageContaining("can't be started");
    assertThatThrownBy(
            () -> section(Map.of("command", List.of("sleep", "600"), "timeout", "50ms")).find())
        .hasMessageContaining("killed: not done after");
  }

  @Test
  void programsDoNotGetTheKey() throws IOException {
    assertThat(shell("test -z \"$RGAP_PSK$RGAP_PSK_FILE\" && echo 192.0.2.1").find()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "10.1.2.3,fd00::3", "fd00::3,10.1.2.3\n"})
  void kubernetesTellsByAVariable(String value) throws IOException {
    assertThat(kubernetes("k8s:POD_IPS", Map.of("POD_IPS", value)).find())
        .containsExactly(IpAddress.parse("10.1.2.3"));
  }

  @Test
  void kubernetesTellsByAFile() throws IOException {
    Path file = directory.resolve("ip");
    AddressSource source = Sources.parse("k8s:" + file + ",family=both");
    assertThatThrownBy(source::find).hasMessage(file + " is not there");
    Files.writeString(file, "10.1.2.3\nfd00::3");
    assertThat(source.find())
        .containsExactly(IpAddress.parse("10.1.2.3"), IpAddress.parse("fd00::3"));
    Files.writeString(file, "");
    assertThatThrownBy(source::find)
        .isInstanceOf(NoAddressException.class)
        .hasMessage(file + " has no address");
    assertThatThrownBy(() -> Sources.parse("k8s:" + directory).find())
        .hasMessage(directory + " is no file");
  }

  @Test
  void whatKubernetesDidNotPutThereIsNotShown() {
    assertThatThrownBy(() -> kubernetes("k8s:TOKEN", Map.of("TOKEN", "s3cr3t")).find())
        .hasMessage("the variable TOKEN holds something else than addresses");
    assertThatThrownBy(() -> kubernetes("k8s:POD_IP", Map.of()).find())
        .isNotInstanceOf(NoAddressException.class)
        .hasMessageContaining("the variable POD_IP is not set");
    assertThatThrownBy(
            () -> kubernetes("k8s:POD_IP,family=ipv6", Map.of("POD_IP", "10.1.2.3")).find())
        .isInstanceOf(NoAddressException.class)
        .hasMessageContaining("no address that fits (there is: [10.1.2.3])");
  }
}
