package dev.rgap.cli.config;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the key files that a configuration names: relative to the configuration's own directory,
 * absolute, or below the directory in which systemd puts what {@code LoadCredential=} names.
 *
 * <pre>
 *   new.key    /etc/rgap/new.key    $CREDENTIALS_DIRECTORY/new.key
 * </pre>
 */
final class KeyFiles implements Reader<PreSharedKey> {

  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";
  private static final String OF_CREDENTIALS = "$" + CREDENTIALS + "/";

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

  /** How many keys were read. */
  int read() {
    return read;
  }

  @Override
  public Optional<PreSharedKey> read(ConfigValue name) {
    Optional<Path> file = name.as(this::path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      PreSharedKey key = KeyFile.read(file.get());
      read++;
      if (FileAccess.othersCanRead(file.get())) {
        name.warning(
            "every user can read " + file.get() + ", which is a key",
            "chmod o-r would change that");
      }
      return Optional.of(key);
    } catch (IOException e) {
      name.error(file.get() + " can't be read: " + FileAccess.reason(e), hint(e));
    } catch (IllegalArgumentException e) {
      name.error(file.get() + ": " + e.getMessage(), "");
    }
    return Optional.empty();
  }

  private static String hint(IOException e) {
    return switch (e) {
      case NoSuchFileException _ ->
          "'rgap genpsk' makes a key; relative names begin at the configuration's directory";
      case AccessDeniedException _ -> "let user " + System.getProperty("user.name") + " read it";
      default -> "";
    };
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
