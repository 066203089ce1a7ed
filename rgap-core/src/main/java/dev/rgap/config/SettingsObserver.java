package dev.rgap.config;

import dev.rgap.api.InternalApi;
import org.jspecify.annotations.Nullable;

/**
 * Is told which settings are asked for, whether or not they are there: so tests hold documentation
 * against the program.
 */
@InternalApi
@FunctionalInterface
public interface SettingsObserver {

  /**
   * A setting is asked for.
   *
   * @param path such as {@code tcp.idle_timeout}
   * @param required whether it is an error if it is absent
   * @param byDefault what stands in for it if it is absent, or null if nothing does or that depends
   */
  void asked(String path, boolean required, @Nullable Object byDefault);
}
