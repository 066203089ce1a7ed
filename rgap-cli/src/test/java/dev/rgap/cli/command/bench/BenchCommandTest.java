package dev.rgap.cli.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Commands;
import dev.rgap.cli.Run;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.protocol.AnnouncementCodec;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BenchCommandTest {

  private static final String KEY = "0123456789abcdef".repeat(4);

  private static Run bench(String line) {
    return Run.with(Map.of("RGAP_PSK", KEY), "", ("bench " + line).split(" ", -1));
  }

  @Test
  void isHiddenButExplainsItself() throws Failure {
    assertThat(Run.of("help").out()).doesNotContain("bench");
    assertThat(Run.of("frobnicate").err()).doesNotContain("bench");
    for (String shell : List.of("bash", "zsh", "fish", "powershell")) {
      assertThat(Run.of("completion", shell).out()).doesNotContain("bench");
    }
    Run run = Run.of("bench", "--help");
    assertThat(run.out()).startsWith("Usage: rgap bench ").contains("HOST:PORT");
    for (Flag flag : new Commands().get("bench").flags()) {
      assertThat(run.out()).contains("--" + flag.name());
    }
    assertThat(Run.of("help", "bench")).isEqualTo(run);
  }

  @Test
  void announces() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(20_000);
      Run run =
          bench("-g 5 --groups 2 --addresses=4 --duration 0 127.0.0.1:" + socket.getLocalPort());

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .matches(
              "sent 4 \\(lost 0, duplicated 0, reordered 0, errors 0\\)"
                  + " in \\d+\\.\\d{3} s, \\d+/s\n");
      assertThat(run.status()).isZero();
      List<String> received = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        received.add(
            AnnouncementCodec.decode(packet.getData(), packet.getLength()).announcement().group()
                + " "
                + AnnouncementCodec.decode(packet.getData(), packet.getLength())
                    .announcement()
                    .address());
      }
      assertThat(received).containsExactly("5 10.0.0.0", "6 10.0.0.1", "5 10.0.0.2", "6 10.0.0.3");
    }
  }

  @Test
  void goesOnWhenNobodyListens() throws Exception {
    int port;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Run run = bench("--addresses 20 --rate 0 --duration 0 localhost:" + port);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).matches("sent \\d+ \\(.*, errors [1-9]\\d*\\) in .*\n");
    assertThat(run.status()).isZero();
  }

  @Test
  void saysWhatItDidWhenItIsStopped() {
    Shutdown atOnce = new Shutdown();
    atOnce.request();
    String[] args = {"bench", "--duration", "1h", "127.0.0.1:9"};

    Run run = Run.with(atOnce, Map.of("RGAP_PSK", KEY), "", args);

    assertThat(run.out()).startsWith("sent 0 (lost 0,").containsOnlyOnce("\n");
    assertThat(run.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--rate 5                | bench needs an argument: HOST:PORT",
        ":1 :2                   | unexpected argument ':2'; see rgap bench --help",
        "8271                    | bench: bad address '8271': a port alone is written :8271",
        "127.0.0.1:0             | bench: '127.0.0.1:0': port 0 can't be sent to",
        ":1@lo                   | bench: ':1@lo': the interface can't be chosen; omit the @",
        "no.such.name.invalid:1  | bench: 'no.such.name.invalid:1': the name can't be resolved",
        "-g -1 :1                | --group: '-1': a group id is not negative",
        "--addresses 0 :1        | --addresses: '0' is not a whole number from 1 to 16777216",
        "--addresses 16777217 :1 | --addresses: '16777217' is not a whole number from 1 to",
        "--addresses 1e3 :1      | --addresses: '1e3' is not a whole number from 1 to 16777216",
        "--groups 0 :1           | --groups: '0' is not a whole number from 1 to 16777216",
        "--groups 2 -g 18446744073709551615 :1 | --groups: 2 ids from 18446744073709551615 on"
            + " exceed the greatest, 18446744073709551615",
        "--rate -1 :1            | --rate: '-1' is not a whole number from 0 to 1000000000",
        "--rate 99999999999999999999 :1 | --rate: '99999999999999999999' is not a whole number",
        "--duration 5 :1         | --duration: '5' has no unit; write 5s for seconds",
        "--duration -1s :1       | --duration: '-1s' is less than 0; 0 announces each address once",
        "--loss 2 :1             | --loss: '2' is not a probability from 0 to 1, such as 0.05",
        "--loss 5% :1            | --loss: '5%' is not a probability from 0 to 1, such as 0.05",
        "--duplicate NaN :1      | --duplicate: 'NaN' is not a probability from 0 to 1",
        "--reorder -0.1 :1       | --reorder: '-0.1' is not a probability from 0 to 1",
        "--seed x :1             | --seed: 'x' is not a whole number from 0 to 9223372036854775807",
        "--spoil sgnature :1     | --spoil: 'sgnature' is not known; did you mean signature? known:"
            + " none, signature, size, version, group",
        "--psk 12 :1             | --psk: a pre-shared key is 64 hexadecimal digits",
      })
  void anErrorIsOneLine(String line, String expected) {
    Run run = bench(line);

    assertThat(run.err()).startsWith("Error: " + expected).endsWith("\n").containsOnlyOnce("\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void needsAKey() {
    assertThat(Run.of("bench", ":1").err())
        .isEqualTo("Error: no key; give --psk-file or --psk, or set RGAP_PSK or RGAP_PSK_FILE\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0.0", "1.0", "1.", ".5", "0.25", "0.000001"})
  void takesProbabilities(String probability) {
    Run run =
        bench("--loss 1 --duplicate " + probability + " --addresses 1 --duration 0 127.0.0.1:9");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("sent 0 (lost 1, duplicated 0, reordered 0, errors 0) in ");
  }
}
