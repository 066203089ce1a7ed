package dev.rgap.host.files;

import dev.rgap.api.StableApi;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * The mode and the owner that a file is to have. What is not given stays as it is; a new file has
 * the mode 0644 and belongs to who made it.
 *
 * @param mode its permissions
 * @param user its owner, by name or number
 * @param group its group, by name or number
 */
@StableApi
public record WantedOwnership(
    Optional<Set<PosixFilePermission>> mode, Optional<String> user, Optional<String> group) {

  /** Everything stays as it is. */
  public static final WantedOwnership KEPT =
      new WantedOwnership(Optional.empty(), Optional.empty(), Optional.empty());

  /** Copies the set. */
  public WantedOwnership {
    mode = mode.map(Set::copyOf);
  }
}
