package dev.rgap.output;

import dev.rgap.api.StableApi;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * An output as it is configured: a value. Two are equal if an output made of one does just what one
 * made of the other would.
 *
 * @param <C> the configuration of its kind
 * @param id tells it from others
 * @param type its kind
 * @param config what is configured for it, a value with {@code equals}
 */
@StableApi
public record ConfiguredOutput<C>(OutputId id, OutputType<C> type, C config) {

  /** The name of its kind. */
  public String kind() {
    return type.kind();
  }

  /** The file that it writes, if it is a {@link FileOutput}. */
  public Optional<Path> destination() {
    return type.destination(config);
  }

  /** About how many bytes it needs at a time for each member of a group; not negative. */
  public long bytesPerMember(GroupId group) {
    return type.bytesPerMember(config, group);
  }

  /** The groups of which it publishes who is in them. */
  public Set<GroupId> publishes() {
    return type.publishes(config);
  }

  /** What it could not pass on of a group that has as many members as it may have. */
  public Optional<OutputType.Advice> advice(GroupConfig group) {
    return type.advice(config, group);
  }

  /** Makes the output. Opens nothing yet. */
  public Output create(OutputContext context) {
    return type.create(config, context);
  }

  /**
   * Gives a running output that was made of this one another configuration, if that is possible
   * without a gap, see {@link OutputType#reconfigure}.
   *
   * @return whether it goes by that now; if not, nothing is changed
   */
  public boolean reconfigure(Output running, ConfiguredOutput<?> to) {
    if (type.getClass() != to.type.getClass()) {
      return false;
    }
    @SuppressWarnings("unchecked") // of the same kind, and so is its configuration
    C other = (C) to.config;
    return type.reconfigure(running, config, other);
  }

  /** By id, kind and configuration: each reading of a file makes its types anew. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ConfiguredOutput<?> that
        && id.equals(that.id)
        && type.getClass() == that.type.getClass()
        && config.equals(that.config);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + config.hashCode();
  }
}
