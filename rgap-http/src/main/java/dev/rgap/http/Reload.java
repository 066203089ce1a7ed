package dev.rgap.http;

import dev.rgap.api.InternalApi;
import java.util.List;

/**
 * What came of reading the configuration again.
 *
 * @param used whether what was read is in use; if not, the one before is
 * @param made what was changed, in a few words each
 * @param failed what could not be changed, in a few words each
 * @param problems errors and warnings, as {@code rgap check} shows them
 */
@InternalApi
public record Reload(boolean used, List<String> made, List<String> failed, List<String> problems) {

  /** Copies the lists. */
  public Reload {
    made = List.copyOf(made);
    failed = List.copyOf(failed);
    problems = List.copyOf(problems);
  }
}
