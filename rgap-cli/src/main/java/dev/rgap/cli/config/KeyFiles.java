package dev.rgap.cli.config;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.http.SettingFiles;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.worker.config.AgentKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the key files that a configuration names: relative to the configuration's own directory,
 * absolute, or below the directory in which systemd puts what {@code LoadCredential=} names.
 *
 * <pre>
 *   new.key    /etc/rgap/new.key    $CREDENTIALS_DIRECTORY/new.key
 * </pre>
 */
final class KeyFiles implements Reader<PreSharedKey>, SettingFiles {

  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";
  private static final String OF_CREDENTIALS = "$" + CREDENTIALS + "/";

  /** Of other files than those with a group's key: a long chain of certificates. */
  private static final int MAX_BYTES = 1 << 20;

  private final Path configuration;
  private final Map<String, String> variables;
  private int read;

  /**
   * None read so far.
   *
   * @param configuration the file that names them
   * @param variables the environment
   */
  KeyFiles(Path configuration, Map<String, String> variables) {
    this.configuration = configuration;
    this.variables = variables;
  }

  /** How many keys were read so far. */
  int read() {
    return read;
  }

  @Override
  public Optional<PreSharedKey> read(ConfigValue name) {
    Optional<PreSharedKey> key =
        read(name, KeyFile::parse, true, KeyFile.MAX_BYTES, "'rgap genpsk' makes a key; ");
    if (key.isPresent()) {
      read++;
    }
    return key;
  }

  /** The same, and where it is to be looked for later. */
  Optional<AgentKey> agentKey(ConfigValue name) {
    return read(name)
        .map(key -> {
          Path file = path(name.text().orElseThrow());
          return new AgentKey(key, Files.isRegularFile(file) ? file : null);
        });
  }

  @Override
  public <T> Optional<T> read(ConfigValue name, Kind kind, Function<byte[], T> parser) {
    return read(name, parser, kind == Kind.SECRET, MAX_BYTES, "");
  }

  private <T> Optional<T> read(
      ConfigValue name, Function<byte[], T> parser, boolean secret, int most, String ifMissing) {
    Optional<String> text = name.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Path file;
    try {
      file = path(text.get());
    } catch (IllegalArgumentException e) {
      name.error(String.valueOf(e.getMessage()), "");
      return Optional.empty();
    }
    name.readsFile(file);
    try {
      T key = parser.apply(FileAccess.bytes(file, most + 1));
      if (secret && FileAccess.othersCanRead(file)) {
        name.warning(
            "every user can read " + file + ", which is a key", "chmod o-r would change that");
      }
      return Optional.of(key);
    } catch (IOException e) {
      name.error(file + " can't be read: " + FileAccess.reason(e), hint(e, ifMissing));
    } catch (IllegalArgumentException e) {
      name.error(file + ": " + e.getMessage(), "");
    }
    return Optional.empty();
  }

  private static String hint(IOException e, String ifMissing) {
    if (e instanceof NoSuchFileException) {
      return ifMissing + "relative names begin at the configuration's directory";
    }
    return e instanceof AccessDeniedException
        ? "let user " + System.getProperty("user.name") + " read it"
        : "";
  }

  private Path path(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("does not name a file");
    }
    try {
      if (name.startsWith(OF_CREDENTIALS)) {
        String directory = variables.get(CREDENTIALS);
        if (directory == null || directory.isEmpty()) {
          throw new IllegalArgumentException(
              CREDENTIALS + " is not set: systemd sets it for a unit with LoadCredential=");
        }
        return Path.of(directory, name.substring(OF_CREDENTIALS.length()));
      }
      return configuration.resolveSibling(name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is no file name: " + e.getReason(), e);
    }
  }
}
