package dev.rgap.outputs.noop;

import dev.rgap.config.ConfigValue;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import java.util.Optional;

/**
 * The kind {@code noop}: an output that does nothing. It has no settings, and takes those of any
 * other: so an output can be switched off by its kind.
 */
public final class NoopType implements OutputType<NoopType.Config> {

  /** Nothing. */
  public record Config() {}

  @Override
  public String kind() {
    return "noop";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    return Optional.of(new Config());
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new Output() {
      @Override
      public void start() {}

      @Override
      public void close() {}
    };
  }
}
