package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCommandTest {

  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String OTHER_KEY = "f".repeat(64);

  private DatagramSocket socket;
  private String here;

  @TempDir Path directory;

  @BeforeEach
  void open() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(10_000);
    here = "127.0.0.1:" + socket.getLocalPort();
  }

  @AfterEach
  void close() {
    socket.close();
  }

  private byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    socket.receive(packet);
    assertThat(packet.getLength()).isEqualTo(AnnouncementCodec.SIZE);
    return packet.getData();
  }

  private static long group(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getLong(2);
  }

  private void assertNothingMoreArrives() throws IOException {
    socket.setSoTimeout(1);
    try {
      receive();
    } catch (SocketTimeoutException expected) {
      return;
    }
    throw new AssertionError("another datagram arrived");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--group 5",
        "--group=5",
        "-g 5",
        "-g5",
        "-g=5",
        "-g 3 -g 4 --group=5",
        "-g 0x5",
        "-g 5 -i 0",
        "-g 5 -i -5s",
        "-g 5 --interval=-5s",
        "-g 5 -i0s",
        "-g 5 --interval -1h",
        "-g 5 --ttl 0",
        "-g 5 --ttl 255",
      })
  void announcesOnce(String flags) throws IOException {
    Run run = Run.of(("agent -a 10.1.2.3 -k " + KEY + " -d " + here + " " + flags).split(" ", -1));

    assertThat(run).isEqualTo(new Run(0, "", ""));
    byte[] datagram = receive();
    assertThat(group(datagram)).isEqualTo(5);
    assertThat(ByteBuffer.wrap(datagram).getInt(30)).isEqualTo(0x0a010203);
    assertNothingMoreArrives();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--jitter 51%       | --jitter: '51%' must be a percentage from 0% to 50%, such as 10%",
        "--jitter 10        | --jitter: '10' must be a percentage from 0% to 50%, such as 10%",
        "--drain-for=-1s    | --drain-for: '-1s' must be from 0 to 876000h",
        "--once --dry-run   | --once can't be given together with --dry-run",
        "-c f               | --address can't be given together with --config: the file says it",
        "-c f --once        | --address can't be given together with --config: the file says it",
        "-c f --dry-run     | --address can't be given together with --config: the file says it",
      })
  void refusesWhatCantBe(String flags, String problem) throws IOException {
    Run run = Run.of(("agent -a 10.1.2.3 -k " + KEY + " -d " + here + " " + flags).split(" ", -1));

    assertThat(run).isEqualTo(new Run(1, "", "Error: " + problem + "\n"));
    assertNothingMoreArrives();
  }

  @Test
  void printsWhatWasSentAndWhatWouldBe() throws IOException {
    String arguments = "agent -g 5 -i 1h -a 10.1.2.3 -k " + KEY + " -d " + here;
    Run once = Run.of((arguments + " --once").split(" ", -1));

    assertThat(once).isEqualTo(new Run(0, "group 5: 10.1.2.3 sent to " + here + "\n", ""));
    assertThat(group(receive())).isEqualTo(5);
    assertThat(Run.of((arguments + " --dry-run --jitter 0").split(" ", -1)))
        .isEqualTo(
            new Run(
                0,
                """
                group 5, key %s, every 1h
                  address 10.1.2.3: 10.1.2.3
                  destination %s: 127.0.0.1
                  would announce 10.1.2.3
                """
                    .formatted(PreSharedKey.parseHex(KEY).fingerprint(), here),
                ""));
    Run nothing =
        Run.of("agent", "--dry-run", "-a", "@no*", "-k", KEY, "-d", "127.0.0.1:1@no-such");
    assertThat(nothing.status()).isEqualTo(1);
    assertThat(nothing.out())
        .contains("  address @no*: there is no such interface")
        .contains("  destination 127.0.0.1:1@no-such: no network interface that is up fits no-such")
        .endsWith("  would announce nothing: there is no address\n");
    assertNothingMoreArrives();
  }

  @ParameterizedTest
  @ValueSource(strings = {"256", "-1", "x"})
  void refusesATtlThatIsNone(String ttl) {
    assertThat(Run.of("agent", "-a", "10.1.2.3", "-k", KEY, "-d", here, "--ttl", ttl))
        .isEqualTo(
            new Run(1, "", "Error: --ttl: '" + ttl + "' is not a whole number from 0 to 255\n"));
  }

  @Test
  void takesAddressAndKeyFromTheEnvironmentAndZeroAsTheGroup() throws IOException {
    Map<String, String> variables = Map.of("RGAP_ADDRESS", "10.1.2.3", "RGAP_PSK", KEY);

    assertThat(Run.with(variables, "", "agent", "--dst", here).status()).isZero();
    assertThat(group(receive())).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cidr:127.0.0.0/8", "iface:lo", "@lo,family=ipv4", "route:127.0.0.1"})
  void findsTheAddress(String source) throws IOException {
    Run run = Run.of("agent", "-a", source, "-k", KEY, "-d", here);

    assertThat(run).isEqualTo(new Run(0, "", ""));
    assertThat(ByteBuffer.wrap(receive()).getInt(30)).isEqualTo(0x7f000001);
    assertNothingMoreArrives();
  }

  @Test
  void announcesSeveralAddresses() throws IOException {
    Run run =
        Run.of("agent", "-a", "10.1.2.3", "-a", "iface:lo", "-a", "@no*", "-k", KEY, "-d", here);

    assertThat(ByteBuffer.wrap(receive()).getInt(30)).isEqualTo(0x0a010203);
    assertThat(ByteBuffer.wrap(receive()).getInt(30)).isEqualTo(0x7f000001);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("Error: @no*: there is no such interface (there are: lo");
  }

  @Test
  void announcesFromWhereTheDestinationIsReachedIfNoAddressIsGiven() throws IOException {
    Run run = Run.of("agent", "-k", KEY, "-d", here);

    assertThat(ByteBuffer.wrap(receive()).getInt(30)).isEqualTo(0x7f000001);
    assertThat(run.status()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "Warning: no address is given; announcing 127.0.0.1, from which the destinations are"
                + " reached: route:127.0.0.1\n");
  }

  @Test
  void announcesToTheOtherDestinationsWhenOneCannotBeUnderstood() throws IOException {
    String line = "agent -a 10.1.2.3 -k " + KEY + " -d nonsense -d " + here;

    Run run = Run.of(line.split(" ", -1));

    receive();
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("Error: --dst: bad address 'nonsense'").containsOnlyOnce("\n");
  }

  @Test
  void warnsOfTheKeyThatEverybodyKnowsWhereverItComesFrom() throws IOException {
    String example = "8f1302643b0809279794c5cc47f236561d7442b85d748bd7d1a58adfbe9ff431";
    Path file = Files.writeString(directory.resolve("key"), example);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    List<String> agent = List.of("agent", "-a", "10.1.2.3", "-d", here);
    List<String> flag = new ArrayList<>(agent);
    flag.addAll(List.of("-k", example));

    for (Run run :
        List.of(
            Run.of(flag.toArray(String[]::new)),
            Run.with(Map.of("RGAP_PSK", example), "", agent.toArray(String[]::new)),
            Run.with(Map.of("RGAP_PSK_FILE", file.toString()), "", agent.toArray(String[]::new)))) {
      assertThat(run.status()).isZero();
      assertThat(run.err())
          .isEqualTo(
              "Warning: the key is that of the examples, with which everybody can announce;"
                  + " 'rgap genpsk' makes one\n");
    }
  }

  /** Which key was taken shows in what is wrong with the one that was. */
  @Test
  void looksForTheKeyInFourPlacesInTurn() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "file");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> both =
        Map.of("RGAP_PSK", "variable", "RGAP_PSK_FILE", file.toString(), "RGAP_ADDRESS", "::1");
    Map<String, String> fileOnly = Map.of("RGAP_PSK_FILE", file.toString(), "RGAP_ADDRESS", "::1");
    String path = file.toString();

    assertThat(Run.with(both, "", "agent", "-k", "x", "--psk-file", path).err())
        .startsWith("Error: --psk: ");
    assertThat(Run.with(both, "", "agent", "--psk-file", path).err())
        .startsWith("Error: --psk-file " + path + ": ");
    assertThat(Run.with(both, "", "agent").err()).startsWith("Error: RGAP_PSK: ");
    assertThat(Run.with(fileOnly, "", "agent").err())
        .startsWith("Error: RGAP_PSK_FILE " + path + ": ");
  }

  @Test
  void readsTheKeyFromAFileAndWarnsIfOthersCanToo() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "  " + KEY + "\r\n");
    String[] args = {"agent", "-a", "2001:db8::1", "-d", here, "--psk-file", file.toString()};

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Run.of(args)).isEqualTo(new Run(0, "", ""));
    receive();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Run run = Run.of(args);
    assertThat(run.status()).isZero();
    assertThat(run.err()).startsWith("Warning: " + file).contains("every user can read it");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, a loopback address",
    "0.0.0.0, the unspecified address",
    "fe80::1%eth0, a link-local address",
  })
  void warnsOfAnAddressThatNobodyCanReach(String address, String kind) throws IOException {
    Run run = Run.of("agent", "-a", address, "-k", KEY, "-d", here);

    assertThat(run.status()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "Warning: %s is %s: no other host can reach this one there; announcing it\n"
                .formatted(address.replace("%eth0", ""), kind));
    receive();
  }

  @Test
  void readsTheKeyFromStandardInput() throws IOException {
    String[] args = {"agent", "-a", "2001:db8::1", "-d", here, "--psk-file", "-"};

    assertThat(Run.with(Map.of(), KEY + "\n", args)).isEqualTo(new Run(0, "", ""));
    receive();
    assertThat(Run.with(Map.of(), KEY + "\n" + OTHER_KEY + "\n", args).err())
        .isEqualTo(
            "Error: --psk-file - (standard input): more than one line; expected the key"
                + " only\n");
    assertThat(Run.with(Map.of(), "\n", args).err()).contains("empty; expected the key");
  }

  @Test
  void triesAllDestinationsAndReportsEachThatFails() throws IOException {
    Run run =
        Run.of(
            ("agent -a 2001:db8::1 -k "
                    + KEY
                    + " -d 127.0.0.1:9@nope -d "
                    + here
                    + " -d [::1]:9@nada")
                .split(" ", -1));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err().lines().toList())
        .hasSize(2)
        .allMatch(line -> line.startsWith("Error: can't send to "));
    receive();
  }

  @Test
  void onlyWithAnIntervalIsItDoneWhenItIsStopped() {
    String[] once = {"agent", "-a", "::1", "-k", KEY, "-d", here};
    String[] often = {"agent", "-a", "::1", "-k", KEY, "-d", here, "-i", "1h"};
    Shutdown first = new Shutdown();
    Shutdown second = new Shutdown();
    second.request();

    assertThat(Run.with(first, Map.of(), "", once).status()).isZero();
    assertThat(Run.with(second, Map.of(), "", often).status()).isZero();
    assertThat(first.serves()).isFalse();
    assertThat(second.serves()).isTrue();
  }

  @Test
  void withAnIntervalAnnouncesUntilItIsStopped() throws Exception {
    Shutdown shutdown = new Shutdown();
    List<Run> runs = new ArrayList<>();
    String[] args =
        ("agent -a 2001:db8::1 -k " + KEY + " -i 10ms -d " + here + " -d nohost").split(" ", -1);
    args[args.length - 1] = here + "@nope";
    Thread agent =
        new Thread(() -> runs.add(Run.with(shutdown, Map.of(), "", args)), "agent under test");
    agent.start();

    receive();
    receive();
    receive();
    shutdown.request();
    agent.join(20_000);

    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst().status()).isZero();
    assertThat(runs.getFirst().err()).contains("WARNING can't send to").containsOnlyOnce("\n");
  }

  private void awaitSignedWith(String key) throws IOException {
    AnnouncementSigner verifier = new AnnouncementSigner();
    while (!verifier.verify(receive(), PreSharedKey.parseHex(key))) {}
  }

  @Test
  void takesTheNewKeyInItsFileWhileItRuns() throws Exception {
    Path file = directory.resolve("key");
    Shutdown shutdown = new Shutdown();
    List<Run> runs = new ArrayList<>();
    String[] args = {
      "agent", "-a", "2001:db8::1", "-i", "10ms", "-d", here, "--psk-file", file.toString()
    };
    replace(file, KEY);
    Thread agent =
        new Thread(() -> runs.add(Run.with(shutdown, Map.of(), "", args)), "agent under test");
    agent.start();

    awaitSignedWith(KEY);
    replace(file, "half");
    awaitTime(Duration.ofMillis(2_500)); // for two looks at the file
    awaitSignedWith(KEY);
    replace(file, OTHER_KEY);
    awaitSignedWith(OTHER_KEY);
    shutdown.request();
    agent.join(20_000);

    assertThat(runs).hasSize(1);
    String half = "a pre-shared key is 64 hexadecimal digits, this text has 4 characters";
    assertThat(runs.getFirst().err().lines().map(line -> line.replaceFirst("^.*Z ", "")))
        .containsExactly(
            "WARNING %s: %s; still announcing with the key %s"
                .formatted(file, half, PreSharedKey.parseHex(KEY).fingerprint()),
            "INFO %s: announcing with the key %s from now on"
                .formatted(file, PreSharedKey.parseHex(OTHER_KEY).fingerprint()));
  }

  /** By the agent's clock. */
  private void awaitTime(Duration time) throws IOException {
    long start = AnnouncementCodec.timestampMicros(receive());
    while (AnnouncementCodec.timestampMicros(receive()) - start < time.toNanos() / 1_000) {}
  }

  private void replace(Path file, String key) throws IOException {
    Path other = Files.writeString(directory.resolve("other"), key);
    Path _ = Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
    Path _ = Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
