package dev.rgap.output;

import dev.rgap.config.Setting;
import java.util.Optional;

/**
 * A kind of output: reads its configuration and makes outputs from it.
 *
 * <p>Kinds from other jars are found by {@link java.util.ServiceLoader} under this interface.
 *
 * @param <C> its configuration, an immutable value
 */
public interface OutputType<C> {

  /** The name by which a configuration file asks for it. */
  String kind();

  /**
   * Reads the output's {@code spec}. Opens nothing and looks nothing up.
   *
   * @param spec the setting; empty if the file has none
   * @param groups tells which groups are defined, for warnings
   * @return the configuration, or nothing if problems were added
   */
  Optional<C> parse(Setting spec, ConfiguredGroups groups);

  /** Makes an output. */
  Output create(C config, OutputContext context);
}
