package dev.rgap.listener;

import dev.rgap.api.StableApi;
import java.util.List;

/**
 * What has come of giving a running listener another configuration.
 *
 * @param made what was changed, in a few words each, such as {@code group 7 added}
 * @param failed what could not be changed and why, in a few words each; it is tried again
 */
@StableApi
public record Changes(List<String> made, List<String> failed) {

  /** Copies the lists. */
  public Changes {
    made = List.copyOf(made);
    failed = List.copyOf(failed);
  }

  /** Whether the listener goes by the whole configuration now. */
  public boolean complete() {
    return failed.isEmpty();
  }
}
