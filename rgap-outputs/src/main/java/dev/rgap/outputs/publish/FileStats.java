package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.metrics.Counter;
import dev.rgap.metrics.Metrics;

/** Counts what became of a file that is kept up to date. Safe for all threads. */
@StableApi
public final class FileStats {

  final Counter replaced;
  final Counter inPlace;
  final Counter unchanged;
  final Counter refused;
  final Counter failed;

  FileStats(Metrics metrics) {
    replaced = counter(metrics, "replaced");
    inPlace = counter(metrics, "in_place");
    unchanged = counter(metrics, "unchanged");
    refused = counter(metrics, "refused");
    failed = counter(metrics, "failed");
  }

  private static Counter counter(Metrics metrics, String result) {
    return metrics.counter(
        "rgap_file_writes_total",
        "Times that a file was to be as the membership wants it, by what became of it.",
        "result",
        result);
  }

  /** Times that the file was replaced or written in place. */
  public long written() {
    return replaced.value() + inPlace.value();
  }

  /** Times that it was found to be as it should. */
  public long unchanged() {
    return unchanged.value();
  }

  /** Times that it could not be made, written or announced. */
  public long failed() {
    return failed.value();
  }

  /** Times that a check refused what was to be written. */
  public long refused() {
    return refused.value();
  }

  /** One line for people. */
  String summary() {
    return "written "
        + written()
        + (inPlace.value() > 0 ? " (in place " + inPlace.value() + ")" : "")
        + ", unchanged "
        + unchanged()
        + ", refused by the check "
        + refused()
        + ", failed "
        + failed();
  }
}
