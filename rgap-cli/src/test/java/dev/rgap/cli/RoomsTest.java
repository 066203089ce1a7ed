package dev.rgap.cli;

import dev.rgap.testing.Floors;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** No room of the program reaches back up. */
class RoomsTest {

  @Test
  void useOnlyWhatIsBelowThem() throws IOException {
    Floors.below("dev.rgap.cli")
        .floor("")
        .floor("command.bench", "command.demo", "command.sniff", "help")
        .floor("command")
        .floor("config")
        .floor("process")
        .floor("args", "log", "manual", "yaml")
        .check(Path.of("src/main/java"));
  }
}
