package dev.rgap.cli.config;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigSection;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.worker.config.AgentsConfig;
import java.util.Optional;
import java.util.function.Consumer;

/** A configuration file of either kind, which its settings tell. */
public final class AnyFile extends ConfigReader<AnyFile.Config> {

  /** What is configured. */
  public sealed interface Config {}

  /** A listener. */
  public record OfListener(ListenerConfig config) implements Config {}

  /** An agent. */
  public record OfAgent(AgentsConfig config) implements Config {}

  private final ConfigFile listener = new ConfigFile();
  private final AgentFile agent = new AgentFile();

  /** Reads nothing yet. */
  public AnyFile() {
    super(ConfigFile.DEFAULT_NAME);
  }

  @Override
  Optional<Config> read(
      ConfigNode root, String name, Reading reading, Consumer<? super ConfigSection> others) {
    return FileKind.of(root, reading.problems())
        .flatMap(kind ->
            kind == FileKind.AGENT
                ? agent.read(root, name, reading, others).map(OfAgent::new)
                : listener.read(root, name, reading, others).map(OfListener::new));
  }

  @Override
  int keys(Config config) {
    return switch (config) {
      case OfListener of -> listener.keys(of.config());
      case OfAgent of -> agent.keys(of.config());
    };
  }

  @Override
  public boolean watches(Config config) {
    return switch (config) {
      case OfListener of -> listener.watches(of.config());
      case OfAgent of -> agent.watches(of.config());
    };
  }
}
