package dev.rgap.output;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigValue;
import dev.rgap.protocol.GroupId;
import java.util.Optional;
import java.util.Set;

/**
 * The groups that a configuration defines.
 *
 * @param ids their ids
 */
@StableApi
public record ConfiguredGroups(Set<GroupId> ids) {

  /** Copies the set. */
  public ConfiguredGroups {
    ids = Set.copyOf(ids);
  }

  /**
   * Reads a reference to a group. One that is not defined is usable (it counts as ready and empty)
   * and gets a warning.
   */
  public Optional<GroupId> reference(ConfigValue setting) {
    Optional<GroupId> id = setting.as(GroupId::parse);
    if (id.isPresent() && !ids.contains(id.get())) {
      setting.warning(
          "group " + id.get() + " is not defined under 'groups'",
          "it will stay empty; define it or correct the id");
    }
    return id;
  }
}
