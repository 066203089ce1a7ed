package dev.rgap.worker.address;

import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.AddressSource;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the downward API of Kubernetes has put into a variable or a file. What stands there is never
 * shown: it may be something else than was meant.
 *
 * @param name a variable, or the absolute path of a file
 * @param environment tells variables
 */
record KubernetesSource(
    String label, String name, AddressChoice choice, UnaryOperator<@Nullable String> environment)
    implements AddressSource {

  private static final int MOST_BYTES = 4_096;

  static AddressSource parse(SourceLine line) {
    return parse(line, System::getenv);
  }

  static AddressSource parse(SourceLine line, UnaryOperator<@Nullable String> environment) {
    String name = line.what();
    if (!name.startsWith("/") && !isVariable(name)) {
      throw new BadLineException(
          "a variable's name or a file's absolute path has to stand there, as in k8s:POD_IP");
    }
    return new KubernetesSource(line.text(), name, line.choice(), environment);
  }

  private static boolean isVariable(String name) {
    return name.chars().allMatch(c -> c == '_' || (c < 0x80 && Character.isLetterOrDigit((char) c)))
        && !Character.isDigit(name.charAt(0));
  }

  private boolean isFile() {
    return name.startsWith("/");
  }

  /** A variable never changes. A file may lie where it takes long to read. */
  @Override
  public boolean isQuick() {
    return !isFile();
  }

  @Override
  public List<IpAddress> find() throws IOException {
    String what = isFile() ? name : "the variable " + name;
    String value = isFile() ? content() : environment.apply(name);
    if (value == null) {
      throw new IOException(
          what + " is not set; the container's env needs a valueFrom with fieldPath: status.podIP");
    }
    List<IpAddress> found = AddressText.parse(value);
    if (found == null) {
      throw new IOException(what + " holds something else than addresses");
    }
    return AddressText.chosen(choice, found, what);
  }

  private String content() throws IOException {
    Path file = Path.of(name);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(name + " is no file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IOException(name + " is not there", e);
    } catch (IOException e) {
      throw new IOException(name + " can't be read: " + e.getMessage(), e);
    }
  }
}
