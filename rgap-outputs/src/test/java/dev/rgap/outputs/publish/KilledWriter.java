package dev.rgap.outputs.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Writes a file again and again, as fast as it can, until it is killed. */
public final class KilledWriter {

  private static final int SIZE = 20_000;

  private KilledWriter() {}

  /** Writes the file that is named. */
  public static void main(String[] arguments) throws IOException {
    ManagedFile file = new ManagedFile(Path.of(arguments[0]), WantedOwnership.KEPT);
    file.recover();
    System.out.println("writing");
    for (int i = 0; ; i++) {
      ManagedFile.Outcome _ = file.write(content(i % 2), candidate -> {});
    }
  }

  /** Two contents of different length. */
  static byte[] content(int which) {
    return (which + "\n").repeat(SIZE * (which + 1)).getBytes(UTF_8);
  }

  /** Whether a file is one of them, whole. */
  static boolean isWhole(Optional<byte[]> content) {
    return content
        .filter(bytes -> Arrays.equals(bytes, content(0)) || Arrays.equals(bytes, content(1)))
        .isPresent();
  }
}
