package dev.rgap.outputs.dns;

import static dev.rgap.config.Readers.durations;

import dev.rgap.config.Reader;
import java.time.Duration;

/** Reads a TTL (RFC 2181 section 8). */
final class TtlReader {

  private TtlReader() {}

  /** One of at least so many seconds. */
  static Reader<Duration> ttl(int least) {
    return durations()
        .where(
            given -> isTtl(given, least),
            "must be whole seconds, from " + least + " to 2147483647",
            "write for example 5s");
  }

  private static boolean isTtl(Duration duration, int least) {
    long seconds = duration.toSeconds();
    return duration.equals(Duration.ofSeconds(seconds))
        && seconds >= least
        && seconds <= Integer.MAX_VALUE;
  }
}
