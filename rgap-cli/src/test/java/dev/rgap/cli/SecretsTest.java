package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.Secrets;
import dev.rgap.cli.command.GlobalFlags;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.process.Shutdown;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Throws a key at everything that takes an argument. */
class SecretsTest {

  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String PART = KEY.substring(0, 12);

  /** What is taken for a key: the key, and what somebody might have made of it. */
  private static final List<String> KEYS =
      List.of(
          KEY,
          KEY.toUpperCase(Locale.ROOT),
          KEY + "0",
          KEY.substring(0, 63),
          "0x" + KEY,
          KEY + "\n");

  private static final String ANYWHERE_ELSE = "127.0.0.1:9";

  @TempDir Path directory;

  @Test
  void aKeyInTheWrongPlaceIsNeverShown() throws Failure {
    List<String> shapes = new ArrayList<>(KEYS);
    shapes.add(KEY + ":8271");
    shapes.add("[" + KEY + "]:8271@eth0");
    shapes.add("x@" + KEY);
    shapes.add(directory + "/" + KEY);
    shapes.add(KEY + "\n" + KEY);
    List<String[]> lines = new ArrayList<>();
    for (String shape : shapes) {
      lines.add(new String[] {shape});
      lines.add(new String[] {"--" + shape});
      lines.add(new String[] {"-" + shape});
      List<String> names = new ArrayList<>(new Commands().names());
      names.add("bench");
      for (String name : names) {
        lines.add(new String[] {name, shape});
        lines.add(new String[] {name, "--", shape});
        lines.add(new String[] {name, "--pks=" + shape});
        lines.add(new String[] {name, "--" + shape, "x"});
        List<Flag> flags = new ArrayList<>(new Commands().get(name).flags());
        flags.addAll(GlobalFlags.ALL);
        for (Flag flag : flags) {
          // A prefix may be anything but a key; that it is shown is what it is for.
          if (flag.equals(GlobalFlags.LOG_PREFIX) && !KEYS.contains(shape)) {
            continue;
          }
          lines.add(new String[] {name, "--" + flag.name() + "=" + shape});
          lines.add(new String[] {name, "--log-level=debug", "--" + flag.name(), shape});
          if (flag.hasLetter()) {
            lines.add(new String[] {name, "-" + flag.letter() + shape});
          }
        }
      }
    }
    Shutdown atOnce = new Shutdown();
    atOnce.request();
    for (String[] args : lines) {
      List<String> line = new ArrayList<>(List.of(args));
      if (args[0].equals("agent")) {
        line.add(1, "--dst=" + ANYWHERE_ELSE);
      }
      String[] all = line.toArray(String[]::new);
      assertHidden(Run.with(atOnce, Map.of("RGAP_ADDRESS", "::1"), KEY, all), line);
    }
  }

  @Test
  void neitherIsAKeyInTheWrongVariable() {
    for (String name :
        List.of(
            "RGAP_ADDRESS",
            "RGAP_PSK_FILE",
            "RGAP_LOG_PREFIX",
            "RGAP_LOG_LEVEL",
            "RGAP_LOG_FORMAT")) {
      assertHidden(Run.with(Map.of(name, KEY), "", "agent"), name);
    }
    assertHidden(Run.with(Map.of("RGAP_PSK", KEY + "z"), "", "agent", "-a", "::1"), "RGAP_PSK");
  }

  @Test
  void neitherIsABadKeyInTheRightPlace() {
    for (String bad : List.of(KEY + "0", KEY.substring(1), KEY.substring(1) + "g")) {
      assertHidden(Run.of("agent", "-a", "::1", "-k", bad, "-d", ANYWHERE_ELSE), bad);
      assertHidden(Run.with(Map.of(), bad, "agent", "-a::1", "--psk-file=-"), bad);
    }
  }

  @Test
  void namesWithDigitsLikeThoseOfAKeyAreNone() throws Failure {
    String machineId = "8f1302643b0809279794c5cc47f23656";
    String digest = KEY + machineId;
    for (String name :
        List.of(
            machineId,
            "internal-a" + machineId + "-123456.eu-west-1.elb.amazonaws.com:8271",
            machineId.toUpperCase(Locale.ROOT) + ".gr7.us-east-1.eks.amazonaws.com:8271",
            "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
            "sha256:" + KEY,
            "container " + KEY + ": ",
            "/var/lib/docker/containers/" + KEY + "/rgap.yaml",
            "rgap-" + KEY + ".yaml",
            digest)) {
      Secrets.refuse(name);
      Secrets.refuse("--log-prefix", name);
      Environment environment =
          new Environment(
              Map.of("RGAP_LOG_PREFIX", name),
              InputStream.nullInputStream(),
              System.out,
              System.err,
              new Shutdown());
      assertThat(environment.variable("RGAP_LOG_PREFIX")).isEqualTo(name);
      assertThat(Run.of("--log-prefix", name, "genpsk").status()).isZero();
    }
    assertThat(Run.of("check", "-c", machineId + ".yaml").err())
        .isEqualTo("Error: " + machineId + ".yaml: can't be read: no such file\n");
    assertThat(Run.of("agent", "-a", "::1", "-k", KEY, "-d", machineId + ".invalid").err())
        .contains("bad address '" + machineId + ".invalid'");
  }

  private static void assertHidden(Run run, Object what) {
    assertThat((run.out() + run.err()).toLowerCase(Locale.ROOT))
        .as("%s", what)
        .doesNotContain(PART)
        .doesNotContain("\tat ");
  }
}
