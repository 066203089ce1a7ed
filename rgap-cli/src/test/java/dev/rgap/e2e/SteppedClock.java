package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A wall clock that runs beside the host's, as far as a file says: the work of libfaketime. */
final class SteppedClock {

  private SteppedClock() {}

  /** The same program, which reads this clock; the monotonic one stays as it is. */
  static Program read(Path clock, Program program) {
    Path library =
        Stream.of("x86_64", "aarch64")
            .map(cpu -> Path.of("/usr/lib", cpu + "-linux-gnu", "faketime", "libfaketimeMT.so.1"))
            .filter(Files::exists)
            .findFirst()
            .orElseGet(() ->
                Assumptions.abort("libfaketime is not installed (Debian's package libfaketime)"));
    return program
        .with("LD_PRELOAD", library.toString())
        .with("FAKETIME_TIMESTAMP_FILE", clock.toString())
        .with("FAKETIME_CACHE_DURATION", "1")
        // Otherwise timed waits of the JVM return at once.
        .with("FAKETIME_FORCE_MONOTONIC_FIX", "0")
        .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .with("DONT_FAKE_MONOTONIC", "1");
  }

  /** Steps the clock to so many seconds before or after the host's. */
  static void step(Path clock, int seconds) throws IOException {
    Path next = Files.writeString(clock.resolveSibling("clock.new"), "%+d".formatted(seconds));
    Files.move(next, clock, StandardCopyOption.REPLACE_EXISTING);
  }
}
