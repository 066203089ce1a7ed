package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A browser shows the status page of a running listener. Each scenario also holds what it sees
 * against axe's rules of accessibility, the width of the screen and the browser's complaints.
 */
@Execution(ExecutionMode.CONCURRENT)
class StatusPageIT {

  private static final String TOKEN = "0123456789abcdef-of-the-test";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int udp;
  private int tcp;

  @BeforeEach
  void choosePorts() throws Exception {
    udp = Programs.freePort();
    tcp = Programs.freePort();
  }

  private RunningProgram listener(String groups, String http) throws Exception {
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups:
            %s
            outputs: [{kind: eventlog}]
            http: {listen: ['127.0.0.1:%d']%s}
            """
                .formatted(udp, groups, tcp, http));
    return programs.listener(config);
  }

  private String group(int id, String expire) {
    return "- {id: " + id + ", psk: " + programs.key + ", expire: " + expire + "}\n";
  }

  private RunningProgram scenario(String name, String... arguments) throws Exception {
    String[] all = new String[arguments.length + 1];
    all[0] = "http://127.0.0.1:" + tcp + "/";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return programs.start(Browser.install().scenario(name, all));
  }

  private void announce(String address) throws Exception {
    programs.announce(address, "-d", "127.0.0.1:" + udp);
  }

  private void bench(int groups, int addresses) throws Exception {
    RunningProgram _ =
        programs
            .start(
                Program.rgap(
                        "bench",
                        "-g",
                        "1000",
                        "--groups",
                        Integer.toString(groups),
                        "--addresses",
                        Integer.toString(addresses),
                        "--rate",
                        "20000",
                        "--duration",
                        "0",
                        "127.0.0.1:" + udp)
                    .with("RGAP_PSK", programs.key))
            .expectExit(0);
  }

  @Test
  void membersAppearAndLeaveWithoutATouch() throws Exception {
    RunningProgram _ = listener(group(1000, "6s"), "");
    RunningProgram browser = scenario("live");
    browser.out().await("sees nobody");

    RunningProgram agent =
        programs.start(programs.agent("192.0.2.1", "-i", "1s", "-d", "127.0.0.1:" + udp));
    browser.out().await("sees a member");
    agent.stop();

    Browser.expectDone(browser);
  }

  @Test
  void whoIsRejectedShowsUpWithWhatToDo() throws Exception {
    RunningProgram _ = listener(group(1000, "10m") + group(2000, "10m"), "");
    RunningProgram browser = scenario("rejection");
    browser.out().await("looks");

    programs
        .start(
            Program.rgap("agent", "-g", "1000", "-a", "192.0.2.66", "-d", "127.0.0.1:" + udp)
                .with("RGAP_PSK", programs.otherKey()))
        .expectExit(0);

    Browser.expectDone(browser);
  }

  @Test
  void aKilledListenerIsMissedAndItsReturnIsSeen() throws Exception {
    RunningProgram listener = listener(group(1000, "10m"), "");
    announce("192.0.2.1");
    RunningProgram browser = scenario("restart");
    browser.out().await("sees it well");

    listener.signal("KILL");
    int _ = listener.awaitExit();
    browser.out().await("sees it gone");
    RunningProgram _ = programs.listener(directory.resolve("rgap.yaml"));
    announce("192.0.2.1");

    Browser.expectDone(browser);
  }

  @Test
  void aTokenIsAskedForAndForgotten() throws Exception {
    Path file = directory.resolve("token");
    Programs.keyFile(file, TOKEN);
    RunningProgram _ = listener(group(1000, "10m"), ", token_file: " + file);

    Browser.expectDone(scenario("token", TOKEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"well", "wrong", "old"})
  void looksWellByDayAndNightOnDesksAndPhones(String state) throws Exception {
    Browser.expectDone(programs.start(Browser.install().scenario("looks", state)));
    assertThat(Browser.SCREENSHOTS.resolve(state + "-overview-phone-dark.png")).exists();
  }

  @Test
  void thousandGroupsOfHundredAreFiltered() throws Exception {
    String groups =
        IntStream.range(1000, 2000).mapToObj(id -> group(id, "30m")).collect(Collectors.joining());
    RunningProgram _ = listener(groups, "");
    announceAll(1000, 100_000);

    Browser.expectDone(scenario("many"));
  }

  @Test
  void aGroupOfHundredThousandIsShownByPages() throws Exception {
    RunningProgram _ = listener(group(1000, "30m"), "");
    announceAll(1, 100_000);

    Browser.expectDone(scenario("large", "100,000"));
  }

  /** Announces again what the loopback interface has lost, until all are members. */
  private void announceAll(int groups, int addresses) throws Exception {
    Eventually.equal(
        () -> {
          bench(groups, addresses);
          return members();
        },
        addresses);
  }

  private int members() throws Exception {
    String url = "http://127.0.0.1:" + tcp + "/v1/groups";
    String answer = Program.of(Tools.require("curl", "curl"), "-sS", url).run();
    return Pattern.compile("\"size\":(\\d+)")
        .matcher(answer)
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  @Test
  void everythingCanBeDoneByTheKeyboard() throws Exception {
    RunningProgram _ = listener(group(1000, "10m"), "");
    announce("192.0.2.1");

    Browser.expectDone(scenario("keyboard"));
  }

  @Test
  void theDrawingOfTheReadmeCanBeRead() throws Exception {
    String drawing = Path.of("..", "docs", "data-way.svg").toAbsolutePath().normalize().toString();

    Browser.expectDone(programs.start(Browser.install().scenario("drawing", drawing)));
  }

  /** The README's picture; only made, for people to look at and to copy it to docs. */
  @Test
  void thePictureIsSmallEnough() throws Exception {
    Path picture = Files.createDirectories(Browser.SCREENSHOTS).resolve("status-page.png");

    Browser.expectDone(programs.start(Browser.install().scenario("picture", picture.toString())));

    assertThat(Files.size(picture)).isBetween(10_000L, 200_000L);
  }
}
