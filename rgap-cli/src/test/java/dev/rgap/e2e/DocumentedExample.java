package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The example on a page of the documentation, run in a directory of the test's own: the paths,
 * ports, times and the key in it are replaced, and nothing else.
 */
final class DocumentedExample {

  private static final Path PAGES = Path.of("..", "docs", "outputs");
  private static final Pattern KEY = Pattern.compile("psk: [0-9a-f]{64}.*");
  private static final String LISTEN = "\":8271\"";
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final String page;
  private final Path directory;
  private final Map<String, String> replaced = new LinkedHashMap<>();
  private final int announcements = Programs.freePort();

  /**
   * An example.
   *
   * @param page the page's name, such as {@code nginx}
   * @param directory takes the place of the directories {@code /etc} and {@code /run}
   */
  DocumentedExample(String page, Path directory) throws IOException {
    this.page = Files.readString(PAGES.resolve(page + ".md"));
    this.directory = directory;
    replaced.put("/etc/", directory + "/etc/");
    replaced.put("/run/", directory + "/run/");
  }

  /** Replaces what the example has to have. */
  DocumentedExample with(String text, String by) {
    replaced.put(text, by);
    return this;
  }

  /** A file or directory of the example, in the test's directory. */
  Path path(String documented) {
    assertThat(page).contains(documented);
    return directory.resolve(documented.substring(1));
  }

  /** Makes the directory that a file of the example is in. */
  Path makeRoomFor(String documented) throws IOException {
    Path file = path(documented);
    Files.createDirectories(file.getParent());
    return file;
  }

  /** The only block of code in a language, with all that is replaced. */
  String block(String language) {
    Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).as("a block of code in %s", language).isTrue();
    String text = block.group(1);
    assertThat(block.find()).as("another block of code in %s", language).isFalse();
    for (Map.Entry<String, String> each : replaced.entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  /**
   * Writes the listener's configuration.
   *
   * @param expire how long an announcement keeps a member
   */
  Path config(Programs programs, String expire) throws IOException {
    String yaml = block("yaml");
    assertThat(yaml).contains(LISTEN, "expire: 15s", "readiness_delay: 15s").containsPattern(KEY);
    return Programs.config(
        directory,
        KEY.matcher(yaml)
                .replaceAll("psk: " + programs.key)
                .replace(LISTEN, "\"127.0.0.1:" + announcements + "\"")
                .replace("expire: 15s", "expire: " + expire)
                .replace("readiness_delay: 15s", "readiness_delay: 0s")
            + "  - kind: eventlog\n");
  }

  /** What announces members to the example's listener. */
  Announcer announcer(Programs programs) throws IOException {
    return new Announcer(programs.key, new InetSocketAddress(LOOPBACK, announcements));
  }

  /** Where the example's listener hears announcements. */
  String destination() {
    return "127.0.0.1:" + announcements;
  }

  /** Starts a listener with the example's configuration, which finds these programs first. */
  RunningProgram listener(Programs programs, String expire, Path bin) throws Exception {
    Path config = config(programs, expire);
    return Programs.awaitReady(
        programs.start(
            Program.rgap("listener", "-c", config.toString())
                .with("PATH", bin + ":" + System.getenv("PATH") + ":/usr/sbin")));
  }
}
