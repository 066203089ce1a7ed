package dev.rgap.output;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigValue;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of output: reads its configuration and makes outputs from it.
 *
 * <p>Kinds from other jars are found by {@link java.util.ServiceLoader} under this interface.
 *
 * @param <C> its configuration: an immutable value with {@code equals}. Two of them are equal only
 *     if an output with the one does just what an output with the other does
 */
@StableApi
public interface OutputType<C> {

  /** The name by which a configuration file asks for it. */
  String kind();

  /**
   * Reads the output's {@code spec}. May read regular files that it names, so that a configuration
   * can be checked as a whole; changes nothing and looks nothing up.
   *
   * @param spec the setting; empty if the file has none. Its {@link ConfigValue#settings} are read
   *     by the {@link dev.rgap.config.Readers}
   * @param groups tells which groups are defined, for warnings
   * @return the configuration, or nothing if problems were added
   */
  Optional<C> parse(ConfigValue spec, ConfiguredGroups groups);

  /**
   * The file that an output with this configuration writes, if it writes one. Such an output is a
   * {@link FileOutput}; two of them with one file are an error.
   */
  default Optional<Path> destination(C config) {
    return Optional.empty();
  }

  /**
   * Where an output with this configuration goes to, in a few words: a file, an address, a program.
   * With the kind it makes the {@link OutputId} of outputs without a name. What can't be printed is
   * replaced there, and a very long one is cut.
   *
   * @return empty if there is nothing that would tell it from others of its kind
   */
  default String target(C config) {
    return destination(config).map(Path::toString).orElse("");
  }

  /**
   * About how many bytes of memory an output with this configuration needs at a time for each
   * member of a group, besides what the membership itself takes; so that a configuration can be
   * held against the memory that there is.
   *
   * @return 0 if it needs none that grows with the group, or has no use for the group
   */
  default long bytesPerMember(C config, GroupId group) {
    return 0;
  }

  /**
   * The groups of which an output with this configuration publishes who is in them, so that others
   * go by that and an empty group is a loss to them. One that is published from the start on gets a
   * warning.
   */
  default Set<GroupId> publishes(C config) {
    return Set.of();
  }

  /**
   * What those whom an output with this configuration serves could not cope with, if a group had as
   * many members as it may have: a warning where somebody has given its {@code max_members}.
   *
   * @param group one of those that the output {@link #publishes}
   * @return what would happen, and what to do; or nothing
   */
  default Optional<Advice> advice(C config, GroupConfig group) {
    return Optional.empty();
  }

  /**
   * A warning.
   *
   * @param what what would happen
   * @param hint what to do about it
   */
  record Advice(String what, String hint) {}

  /** Makes an output. Opens nothing yet. */
  Output create(C config, OutputContext context);

  /**
   * Gives a running output another configuration, if that is possible without a gap for those whom
   * it serves: what it keeps open stays open.
   *
   * @param running an output that this kind has made, and that has started; it is not started or
   *     closed meanwhile
   * @param from what it goes by
   * @param to what it is to go by
   * @return whether it goes by that now; if not, nothing is changed, and it is to be closed and
   *     another one made
   */
  default boolean reconfigure(Output running, C from, C to) {
    return false;
  }
}
