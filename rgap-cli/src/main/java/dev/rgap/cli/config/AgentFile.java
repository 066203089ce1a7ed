package dev.rgap.cli.config;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigSection;
import dev.rgap.worker.config.AgentsConfig;
import java.util.Optional;
import java.util.function.Consumer;

/** The YAML file with what an agent announces. */
public final class AgentFile extends ConfigReader<AgentsConfig> {

  /** Reads nothing yet. */
  public AgentFile() {
    super("");
  }

  @Override
  Optional<AgentsConfig> read(
      ConfigNode root, String name, Reading reading, Consumer<? super ConfigSection> others) {
    return FileKind.AGENT.require(root, name, reading.problems())
        ? AgentsConfig.parse(reading.value(root), reading.keyFiles()::agentKey, others)
        : Optional.empty();
  }

  @Override
  int keys(AgentsConfig config) {
    return config.announce().size();
  }

  @Override
  public boolean watches(AgentsConfig config) {
    return config.watch();
  }
}
