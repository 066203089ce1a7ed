package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A group that an output has a use for, and what stands in for its members while it has none.
 *
 * @param group the group
 * @param fallbacks the addresses to use while the group is empty; may be empty, too
 */
@StableApi
public record MappedGroup(GroupId group, List<IpAddress> fallbacks) {

  /** The longest address as text. */
  public static final int ADDRESS_LENGTH = 39;

  /**
   * How much memory is needed at a time to make a text and compare it with the present one, as a
   * multiple of the text. Less than the sum of all copies, which are not there at the same time.
   */
  public static final int COPIES_OF_TEXT = 3;

  /** The group that is meant where none is named, as by an agent. */
  private static final GroupId UNNAMED = new GroupId(0);

  private static final Reader<IpAddress> ADDRESS = Readers.parsed(MappedGroup::address);

  /** Copies the list; an address that is given again is left out. */
  public MappedGroup {
    fallbacks = fallbacks.stream().distinct().toList();
  }

  /**
   * Reads the id of a group and its {@code fallback_addresses}. Without an id it is group 0, if
   * that is defined.
   *
   * @return nothing if there is no valid group; problems have been added then
   */
  public static Optional<MappedGroup> parse(ConfigSection settings, ConfiguredGroups groups) {
    Optional<GroupId> id =
        !settings.has("group") && groups.ids().contains(UNNAMED)
            ? Optional.of(UNNAMED)
            : settings.require("group", groups::reference);
    List<IpAddress> fallbacks = settings.list("fallback_addresses", ADDRESS);
    return id.map(present -> new MappedGroup(present, fallbacks));
  }

  private static IpAddress address(String text) {
    IpAddress address = IpAddress.parse(text);
    if (text.indexOf('%') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has a zone, which would be lost: write " + address);
    }
    return address;
  }

  /**
   * What to publish for the group.
   *
   * @param addresses the members in ascending order, or the fallbacks as they were configured
   * @param fallback whether they are fallbacks
   */
  public record Addresses(List<IpAddress> addresses, boolean fallback) {}

  /** What to publish for the group now. */
  public Addresses addresses(Membership membership) {
    return addresses(membership.snapshot(group));
  }

  /** What to publish for the group as it was at one point. */
  public Addresses addresses(GroupSnapshot snapshot) {
    List<IpAddress> members = snapshot.addresses();
    boolean fallback = members.isEmpty() && !fallbacks.isEmpty();
    return new Addresses(fallback ? fallbacks : members, fallback);
  }
}
