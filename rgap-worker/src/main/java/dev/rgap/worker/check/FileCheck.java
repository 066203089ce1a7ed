package dev.rgap.worker.check;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.text.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;

/**
 * Passes if there is a file, or if there is none.
 *
 * @param file a file or directory; a link stands for what it leads to
 * @param present whether it has to be there
 */
record FileCheck(Path file, boolean present) implements HealthCheck {

  /** A file that is the same from wherever the program was started. */
  static final Reader<Path> ABSOLUTE = Readers.parsed(FileCheck::absolute);

  private static Path absolute(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no name of a file", e);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no absolute path; it has to begin with a '/'");
  }

  static Optional<HealthCheck> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      Optional<Path> present = settings.read("present", ABSOLUTE);
      Optional<Path> absent = settings.read("absent", ABSOLUTE);
      boolean both = settings.has("present") && settings.has("absent");
      boolean none = !settings.has("present") && !settings.has("absent");
      if (both || (none && value.isMapping() && !settings.hasUnknown())) {
        value.error(
            both ? "has present and absent" : "names no file",
            "write {present: FILE} or {absent: FILE}; each item of the list is one check");
        return Optional.empty();
      }
      return present
          .<HealthCheck>map(file -> new FileCheck(file, true))
          .or(() -> absent.map(file -> new FileCheck(file, false)));
    }
  }

  @Override
  public void run(Duration timeout) throws IOException {
    if (exists() != present) {
      throw new IOException(present ? "is missing" : "is there; remove it to announce again");
    }
  }

  private boolean exists() throws IOException {
    try {
      BasicFileAttributes _ = Files.readAttributes(file, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new IOException("can't be told: " + FileFault.reason(e), e);
    }
  }

  @Override
  public String label() {
    return (present ? "file present " : "file absent ") + file;
  }
}
