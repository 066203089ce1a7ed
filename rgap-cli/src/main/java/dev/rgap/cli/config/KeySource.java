package dev.rgap.cli.config;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where an agent's key comes from: the first that is given of the flag {@code --psk}, the flag
 * {@code --psk-file}, the variable {@code RGAP_PSK} and the variable {@code RGAP_PSK_FILE}.
 *
 * <p>A file keeps it out of the arguments, which every user of a host can see, and out of the
 * environment, which other programs inherit.
 */
public final class KeySource {

  private static final String PSK_FILE = "RGAP_PSK_FILE";

  /** More than any file with a single key has. */
  private static final int MAX_BYTES = 4096;

  private KeySource() {}

  /**
   * The key. Warns of one that everybody knows.
   *
   * @throws Failure if none is given, or what is given is none
   */
  public static PreSharedKey key(
      Arguments arguments, Flag psk, Flag pskFile, Environment environment) throws Failure {
    PreSharedKey key = given(arguments, psk, pskFile, environment);
    if (key.isExample()) {
      environment.warning(
          "the key is that of the examples, with which everybody can announce; 'rgap genpsk' makes"
              + " one");
    }
    return key;
  }

  private static PreSharedKey given(
      Arguments arguments, Flag psk, Flag pskFile, Environment environment) throws Failure {
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

  private static PreSharedKey parse(String where, String value) throws Failure {
    try {
      return PreSharedKey.parseHex(value);
    } catch (IllegalArgumentException e) {
      throw new Failure(where + ": " + e.getMessage());
    }
  }

  private static PreSharedKey read(String where, String name, Environment environment)
      throws Failure {
    String shown = where + " " + (name.equals("-") ? "- (standard input)" : name);
    byte[] bytes;
    try {
      if (name.equals("-")) {
        bytes = environment.in().readNBytes(MAX_BYTES + 1);
      } else {
        Path file = Path.of(name);
        FileAccess.warnIfOthersCanRead(file, environment);
        bytes = FileAccess.bytes(file, MAX_BYTES + 1);
      }
    } catch (InvalidPathException | IOException e) {
      throw new Failure(shown + ": can't be read: " + FileAccess.reason(e));
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (bytes.length > MAX_BYTES || text.indexOf('\n') >= 0) {
      throw new Failure(shown + ": more than one line; expected the key only");
    }
    if (text.isEmpty()) {
      throw new Failure(shown + ": empty; expected the key");
    }
    return parse(shown, text);
  }
}
