package dev.rgap.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.Run;
import dev.rgap.cli.args.Failure;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.output.OutputTypes;
import dev.rgap.outputs.BuiltinOutputs;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with keys that a configuration names. */
class KeyFilesTest {

  private static final String KEY = "ab".repeat(32);
  private static final String OTHER_KEY = "cd".repeat(32);

  @TempDir private Path directory;

  private Path write(String name, String content, String permissions) throws IOException {
    Path file = directory.resolve(name);
    Path _ = Files.createDirectories(file.getParent());
    Path _ = Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private Path config(String keys, String permissions) throws IOException {
    String group = "groups: [{id: 1, %s, expire: 15s}]\n".formatted(keys);
    return write("rgap.yaml", "listen: [':1']\noutputs: [kind: noop]\n" + group, permissions);
  }

  private ConfigResult<ListenerConfig> load(String keys, Map<String, String> variables)
      throws IOException, Failure {
    OutputTypes types = new OutputTypes(BuiltinOutputs.types());
    return new ConfigFile(types).load(config(keys, "rw-------"), variables);
  }

  private static List<String> keys(ConfigResult<ListenerConfig> result) {
    assertThat(result.problems()).isEmpty();
    return result.config().orElseThrow().groups().getFirst().keys().stream()
        .map(PreSharedKey::revealHex)
        .toList();
  }

  @Test
  void areLookedForBesideTheConfigurationOrWhereTheyAre() throws Exception {
    Path file = write("keys/a.key", "  " + KEY + "\r\n", "rw-------");

    assertThat(keys(load("psk_file: keys/a.key", Map.of()))).containsExactly(KEY);
    assertThat(keys(load("psk_file: '" + file + "'", Map.of()))).containsExactly(KEY);
    assertThat(keys(load("psks: [%s, {psk_file: keys/a.key}]".formatted(OTHER_KEY), Map.of())))
        .containsExactly(OTHER_KEY, KEY);
  }

  @Test
  void areLookedForWhereSystemdPutsCredentials() throws Exception {
    Path file = write("credentials/a.key", KEY, "r--------");
    Map<String, String> variables =
        Map.of("CREDENTIALS_DIRECTORY", String.valueOf(file.getParent()));

    assertThat(keys(load("psk_file: $CREDENTIALS_DIRECTORY/a.key", variables)))
        .containsExactly(KEY);
    assertThat(load("psk_file: $CREDENTIALS_DIRECTORY/a.key", Map.of()).problems())
        .containsExactly(
            place(
                "psk_file",
                "CREDENTIALS_DIRECTORY is not set: systemd sets it for a unit with"
                    + " LoadCredential="));
    // Nothing else is a variable.
    assertThat(load("psk_file: $HOME/a.key", variables).problems())
        .first()
        .asString()
        .contains(directory.resolve("$HOME/a.key") + " can't be read: no such file");
  }

  private String place(String setting, String what) {
    return directory.resolve("rgap.yaml") + ":3:28: groups[0]." + setting + ": " + what;
  }

  @Test
  void whatIsWrongIsSaidAtItsPlaceWithoutTheContent() throws Exception {
    Path two = write("two.key", KEY + "\n" + OTHER_KEY + "\n", "rw-------");
    Path empty = write("empty.key", "\n", "rw-------");
    Path text = write("text.key", "a" + KEY.substring(2), "rw-------");
    Path missing = directory.resolve("missing.key");

    Map<String, String> expected =
        Map.of(
            "two.key", two + ": more than one line; expected the key only",
            "empty.key", empty + ": empty; expected the key",
            "text.key",
                text + ": a pre-shared key is 64 hexadecimal digits, this text has 63 characters",
            "missing.key",
                missing
                    + " can't be read: no such file; 'rgap genpsk' makes a key; relative names begin"
                    + " at the configuration's directory",
            "''", "does not name a file");
    for (Map.Entry<String, String> each : expected.entrySet()) {
      ConfigResult<ListenerConfig> result = load("psk_file: " + each.getKey(), Map.of());
      assertThat(result.problems()).containsExactly(place("psk_file", each.getValue()));
      assertThat(result.config()).isEmpty();
    }
  }

  @Test
  void thoseThatOthersCanReadAreWarnedOf() throws Exception {
    Path file = write("open.key", KEY, "rw-r--r--");
    String config = config("psk_file: open.key", "rw-------").toString();

    Run check = Run.of("check", "-c", config);
    assertThat(check.status()).isZero();
    assertThat(check.out())
        .startsWith(
            config
                + ":3:28: warning: groups[0].psk_file: every user can read "
                + file
                + ", which is a key; chmod o-r would change that\n");
    Path _ = write("open.key", KEY, "rw-r-----");
    assertThat(Run.of("check", "-c", config).out()).startsWith(config + ": ok");
  }

  @Test
  void aConfigurationThatOnlyNamesThemMayBeReadByAll() throws Exception {
    Path _ = write("a.key", KEY, "rw-------");

    String named = config("psk_file: a.key", "rw-r--r--").toString();
    assertThat(Run.of("check", "-c", named).err()).isEmpty();
    String both =
        config("psks: [%s, {psk_file: a.key}]".formatted(OTHER_KEY), "rw-r--r--").toString();
    assertThat(Run.of("check", "-c", both).err())
        .isEqualTo(
            "Warning: "
                + both
                + " holds keys and every user can read it; chmod o-r would change that\n");
  }

  @Test
  void theSameKeyInAFileAndAsAValueIsAnError() throws Exception {
    Path _ = write("a.key", KEY, "rw-------");

    assertThat(load("psks: [%s, {psk_file: a.key}]".formatted(KEY), Map.of()).problems())
        .containsExactly(
            directory.resolve("rgap.yaml")
                + ":3:91: groups[0].psks[1]: is the same key as groups[0].psks[0]; remove one of the"
                + " two");
  }
}
