package dev.rgap.output;

import dev.rgap.api.StableApi;

/**
 * What tells an output from all others of a listener, in logs and metrics: the name that its
 * configuration gives it, else its kind and where it goes to, such as {@code hostsfile /etc/hosts}.
 * It stays the same when outputs are reordered.
 *
 * @param text not empty, in one line
 */
@StableApi
public record OutputId(String text) {

  /** Checks the text. */
  public OutputId {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an output's id is empty");
    }
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
