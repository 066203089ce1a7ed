package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentErrorsTest {

  private static final String KEY = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "agnt                        | unknown command 'agnt'; did you mean 'agent'? known: agent",
        "frobnicate                  | unknown command 'frobnicate'; known: agent, listener",
        "help agnt                   | no help about 'agnt'; did you mean 'agent'? known: agent,",
        "--log-prefx x agent         | unknown flag --log-prefx before the command; did you mean"
            + " --log-prefix?",
        "-g 5 agent -d 127.0.0.1:1 -d [::1]:1 | no address to announce; give --address",
        "-g 5 genpsk                 | unknown flag -g before the command; see rgap genpsk --help",
        "-g agent                    | unknown flag -g before the command; see rgap --help",
        "--json sniff                | unknown flag --json before the command; see rgap --help",
        "-c /nonexistent/c listener  | /nonexistent/c: can't be read: no such file",
        "-c/nonexistent/c listener   | /nonexistent/c: can't be read: no such file",
        "--config=/none listener     | /none: can't be read: no such file",
        "agent --gruop 5             | unknown flag --gruop; did you mean --group?",
        "agent --gruop=5             | unknown flag --gruop; did you mean --group?",
        "agent --zzzzzz              | unknown flag --zzzzzz; see rgap agent --help",
        "agent -x                    | unknown flag -x; see rgap agent --help",
        "genpsk -q                   | unknown flag -q; see rgap genpsk --help",
        "agent --group               | --group needs a value (ID)",
        "agent -g                    | --group needs a value (ID)",
        "agent -a 10.0.0.1 extra     | unexpected argument 'extra'; see rgap agent --help",
        "listener rgap.yaml          | unexpected argument 'rgap.yaml'; a file is named by -c FILE",
        "check /etc/rgap/rgap.yaml   | unexpected argument '/etc/rgap/rgap.yaml'; a file is named by",
        "render rgap.yaml            | unexpected argument 'rgap.yaml'; a file is named by -c FILE",
        "sniff rgap.yaml             | unexpected argument 'rgap.yaml'; a file is named by -c FILE",
        "listener start              | unexpected argument 'start'; see rgap listener --help",
        "agent 10.0.0.1              | unexpected argument '10.0.0.1'; an address is given by -a",
        "agent start                 | unexpected argument 'start'; see rgap agent --help",
        "genkey                      | unknown command 'genkey'; did you mean 'genpsk'? known: agent,",
        "validate -c x               | unknown command 'validate'; did you mean 'check'?",
        "agent -a 10.0.0.1/24        | --address: '10.0.0.1/24' is not an IP address: it is a network;"
            + " write 10.0.0.1",
        "agent -a 10.0.0.1:8271      | --address: '10.0.0.1:8271' is not an IP address: it has a port;"
            + " write 10.0.0.1",
        "agent -a [::1]              | --address: '[::1]' is not an IP address: write it without",
        "genpsk 5                    | unexpected argument '5'",
        "version x                   | unexpected argument 'x'",
        "help agent genpsk           | unexpected argument 'genpsk'",
        "check -- -x                 | unexpected argument '-x'",
        "completion                  | completion needs an argument: SHELL, one of bash, zsh",
        "completion tcsh             | unknown shell 'tcsh'; known: bash, zsh, fish, powershell",
        "agent -a 1.2.3.4 -g -1      | --group: '-1': a group id is not negative",
        "agent -a 1.2.3.4 -g 010     | --group: '010': a leading zero is ambiguous",
        "agent -a 1.2.3.4 -g 18446744073709551616 | --group: '18446744073709551616': out of range",
        "agent -a 10.0.0.256         | --address: '10.0.0.256' is not an IP address",
        "agent -a eth0               | --address: 'eth0' is not an IP address",
        "agent -a iface:             | --address: 'iface:' is no source of addresses: a name has to",
        "agent -a 10.0.0.1 -a cidr:x | --address: 'cidr:x' is no source of addresses: 'x' is not an",
        "agent -g 1 -d 127.0.0.1:1 -d [::1]:1 | no address to announce; give --address or set"
            + " RGAP_ADDRESS (the destinations are reached from several: [[127.0.0.1], [::1]])",
        "agent -g 1 -d no-such.invalid:1 | no address to announce; give --address or set"
            + " RGAP_ADDRESS (",
        "agent -a 10.0.0.1           | no key; give --psk-file or --psk, or set RGAP_PSK or",
        "agent -a 10.0.0.1 -k 00     | --psk: a pre-shared key is 64 hexadecimal digits",
        "agent -a 1.2.3.4 --psk-file /nonexistent/k | --psk-file /nonexistent/k: can't be read: no"
            + " such file",
        "members                     | members needs an argument: GROUP",
        "members x                   | GROUP: 'x': not an unsigned whole number",
        "members 192.0.2.1           | GROUP: '192.0.2.1': not an unsigned whole number",
        "status --url ftp://x        | 'ftp://x': http://HOST:PORT or https://HOST:PORT is expected",
        "status --url https://127.0.0.1:1 --ca-file /nonexistent/c | --ca-file /nonexistent/c: can't"
            + " be read: no such file",
        "status --url https://127.0.0.1:1 --ca-file /dev/null | --ca-file /dev/null: there is no",
        "status --watch=often        | --watch takes no value but true or false",
        "why                         | why needs an argument: ADDRESS",
        "why 10.0.0.256              | ADDRESS: '10.0.0.256' is not an IP address",
        "why 1000                    | ADDRESS: '1000' is not an IP address",
        "why 10.0.0.1 10.0.0.2       | unexpected argument '10.0.0.2'",
        "explain 10.0.0.1            | unknown command 'explain'; did you mean 'why'? known: agent,",
        "status --url http://127.0.0.1:1 --token-file /nonexistent/t | --token-file /nonexistent/t:"
            + " can't be read: no such file",
        "sniff --json=maybe          | --json takes no value but true or false",
        "sniff -l 8271               | --listen: bad address '8271': a port alone is written :8271",
        "demo --for 5                | --for: '5' has no unit; write 5s for seconds",
        "demo --for 0s               | --for: '0s' is not longer than 0",
        "demo --for -1s              | --for: '-1s' is not longer than 0",
        "--log-level debgu genpsk    | --log-level: 'debgu' is not known; did you mean debug?",
        "genpsk --log-format xml     | --log-format: 'xml' is not known; known: text, json",
        "listener -c /nonexistent/c  | /nonexistent/c: can't be read: no such file",
        "check -c /tmp               | /tmp: can't be read: it is a directory",
      })
  void anErrorIsOneLine(String line, String expected) {
    Run run = Run.of(line.split(" ", -1));

    assertThat(run.err()).startsWith("Error: " + expected).endsWith("\n").containsOnlyOnce("\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-i 5    | --interval: '5' has no unit; write 5s for seconds",
        "-i 1ns  | --interval: '1ns' must be at least 1ms, or 0 to announce once",
        "-i 2000000h | --interval: '2000000h' must be at most 876000h",
        "-i 1d   | --interval: '1d': days are not known; write 24h",
        "-d 1    | --dst: bad address '1': a port alone is written :1",
        "-d :1@  | --dst: bad address ':1@': an interface name or a network must follow the @",
      })
  void soAreBadValuesOfAnAgentThatHasAKey(String flags, String expected) {
    String[] args = ("agent -a 10.0.0.1 -k " + KEY + " " + flags).split(" ", -1);

    assertThat(Run.of(args).err()).startsWith("Error: " + expected).containsOnlyOnce("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RGAP_LOG_LEVEL  | loud  | RGAP_LOG_LEVEL: 'loud' is not known; known: debug, info",
        "RGAP_LOG_FORMAT | jsn   | RGAP_LOG_FORMAT: 'jsn' is not known; did you mean json?",
        "RGAP_ADDRESS    | host  | RGAP_ADDRESS: 'host' is not an IP address; it is an address,",
        "RGAP_PSK        | 12    | RGAP_PSK: a pre-shared key is 64 hexadecimal digits",
        "RGAP_PSK_FILE   | /none | RGAP_PSK_FILE /none: can't be read: no such file",
      })
  void aBadVariableIsNamed(String name, String value, String expected) {
    String[] args =
        name.equals("RGAP_ADDRESS")
            ? new String[] {"agent"}
            : new String[] {"agent", "--address", "10.0.0.1"};

    Run run = Run.with(Map.of(name, value), "", args);

    assertThat(run.err()).startsWith("Error: " + expected).containsOnlyOnce("\n");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void anEmptyVariableIsUnset() {
    Map<String, String> empty =
        Map.of("RGAP_LOG_LEVEL", "", "RGAP_LOG_FORMAT", "", "RGAP_ADDRESS", "", "RGAP_PSK", "");

    assertThat(Run.with(empty, "", "agent", "-d", "127.0.0.1:1", "-d", "[::1]:1").err())
        .startsWith("Error: no address to announce");
    assertThat(Run.with(empty, "", "agent", "-a", "::1").err()).startsWith("Error: no key;");
  }

  @Test
  void anArgumentCantForgeALine() {
    Run run = Run.of("agent\nError: forged\u001b[2K");

    assertThat(run.err()).contains("'agent\\nError: forged\\u001b[2K'").containsOnlyOnce("\n");
  }
}
