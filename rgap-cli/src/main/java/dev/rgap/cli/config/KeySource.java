package dev.rgap.cli.config;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's key comes from: the first that is given of the flag {@code --psk}, the flag
 * {@code --psk-file}, the variable {@code RGAP_PSK} and the variable {@code RGAP_PSK_FILE}.
 *
 * <p>A file keeps it out of the arguments, which every user of a host can see, and out of the
 * environment, which other programs inherit.
 */
public final class KeySource {

  private static final String PSK_FILE = "RGAP_PSK_FILE";

  /** What is said of a key that everybody knows. */
  static final String EXAMPLE_KEY =
      "the key is that of the examples, with which everybody can announce; 'rgap genpsk' makes one";

  private KeySource() {}

  /**
   * A key and the file that it was read from.
   *
   * @param file null if it may not be read again: it is none, or a pipe
   */
  public record Given(PreSharedKey key, @Nullable Path file) {}

  /**
   * The key, and where it is to be looked for later. Warns of one that everybody knows.
   *
   * @throws Failure if none is given, or what is given is none
   */
  public static Given key(Arguments arguments, Flag psk, Flag pskFile, Environment environment)
      throws Failure {
    Given given = given(arguments, psk, pskFile, environment);
    if (given.key().isExample()) {
      environment.warning(EXAMPLE_KEY);
    }
    return given;
  }

  private static Given given(Arguments arguments, Flag psk, Flag pskFile, Environment environment)
      throws Failure {
    String value = arguments.value(psk);
    if (value != null) {
      return parse("--psk", value);
    }
    value = arguments.value(pskFile);
    if (value != null) {
      return read("--psk-file", value, environment);
    }
    value = environment.variable(Environment.PSK);
    if (value != null) {
      return parse(Environment.PSK, value);
    }
    value = environment.variable(PSK_FILE);
    if (value != null) {
      return read(PSK_FILE, value, environment);
    }
    throw new Failure("no key; give --psk-file or --psk, or set RGAP_PSK or RGAP_PSK_FILE");
  }

  private static Given parse(String where, String value) throws Failure {
    try {
      return new Given(PreSharedKey.parseHex(value), null);
    } catch (IllegalArgumentException e) {
      throw new Failure(where + ": " + e.getMessage());
    }
  }

  private static Given read(String where, String name, Environment environment) throws Failure {
    String shown = where + " " + (name.equals("-") ? "- (standard input)" : name);
    try {
      if (name.equals("-")) {
        return new Given(KeyFile.parse(environment.in().readNBytes(KeyFile.MAX_BYTES + 1)), null);
      }
      Path file = Path.of(name);
      FileAccess.warnIfOthersCanRead(file, environment);
      PreSharedKey key = KeyFile.read(file);
      return new Given(key, Files.isRegularFile(file) ? file : null);
    } catch (InvalidPathException | IOException e) {
      throw new Failure(shown + ": can't be read: " + FileAccess.reason(e));
    } catch (IllegalArgumentException e) {
      throw new Failure(shown + ": " + e.getMessage());
    }
  }
}
