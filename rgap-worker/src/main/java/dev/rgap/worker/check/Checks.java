package dev.rgap.worker.check;

import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigValue;
import java.util.Optional;

/** All kinds of checks, as they are written in a file. */
@InternalApi
public final class Checks {

  private Checks() {}

  /** Reads one. Problems are those of the file. */
  public static Optional<HealthCheckConfig> read(ConfigValue item) {
    item.error("no check can be read yet", "leave it out");
    return Optional.empty();
  }
}
