package dev.rgap.listener;

import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputTypes;
import dev.rgap.transport.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * What is configured for a listener.
 *
 * @param listen where announcements arrive
 * @param groups the groups, each id once
 * @param outputs what the membership is handed to, in the order of the file
 */
public record ListenerConfig(
    List<Endpoint> listen, List<GroupConfig> groups, List<ConfiguredOutput<?>> outputs) {

  /** Copies the lists. */
  public ListenerConfig {
    listen = List.copyOf(listen);
    groups = List.copyOf(groups);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads a configuration file's root.
   *
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<ListenerConfig> parse(ConfigValue root, OutputTypes outputTypes) {
    return ListenerConfigReader.read(root, outputTypes);
  }
}
