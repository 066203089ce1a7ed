package dev.rgap.worker.config;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.config.Reader;
import dev.rgap.worker.clock.ClockConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent's file says.
 *
 * @param announce what is announced, each once
 * @param clock who is asked what time it is; nothing for nobody
 * @param watch whether the file is read again when it changes
 */
@InternalApi
public record AgentsConfig(List<AgentEntry> announce, Optional<ClockConfig> clock, boolean watch) {

  /** Copies the list. */
  public AgentsConfig {
    announce = List.copyOf(announce);
  }

  /**
   * Reads the file's root.
   *
   * @param keyFiles reads the file that a {@code psk_file} names
   * @param others asks for settings that are not the agents'; whatever nobody asks for is an error
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<AgentsConfig> parse(
      ConfigValue root, Reader<AgentKey> keyFiles, Consumer<? super ConfigSection> others) {
    return new AgentsConfigReader(keyFiles).read(root, others);
  }
}
