package dev.rgap.membership;

import dev.rgap.api.InternalApi;
import java.time.Duration;

/**
 * A key of a group with several keys has come into use, or is out of use.
 *
 * @param use how the key has been used until then
 * @param place which of the group's keys it is, from 1
 * @param keys how many keys the group has
 * @param unusedFor for how long nobody has used it at least; zero if it has come into use
 */
@InternalApi
public record KeyChange(KeyUse use, int place, int keys, Duration unusedFor) {

  /** Whether it has come into use. */
  public boolean isInUse() {
    return unusedFor.isZero();
  }
}
