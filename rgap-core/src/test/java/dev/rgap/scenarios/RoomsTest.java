package dev.rgap.scenarios;

import dev.rgap.testing.Floors;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The way of the data has one direction: no package reaches back up. */
class RoomsTest {

  @Test
  void useOnlyWhatIsBelowThem() throws IOException {
    Floors.below("dev.rgap")
        .floor("listener")
        .floor("agent", "output")
        .floor("membership", "transport")
        .floor("protocol", "config")
        .floor("metrics", "services", "text", "time")
        .floor("api")
        .check(Path.of("src/main/java"));
  }
}
