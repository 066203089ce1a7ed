package dev.rgap.worker.address;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.AddressSources;
import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigValue;
import java.util.Optional;

/** All sources of addresses, as people write them. */
@InternalApi
public final class Sources {

  private Sources() {}

  /**
   * Reads one that is written as a line.
   *
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  public static AddressSource parse(String text) {
    return AddressSources.parse(text);
  }

  /** Reads one of a file: a line, or a section with more to say. Problems are those of the file. */
  public static Optional<AddressSource> read(ConfigValue item) {
    return item.as(Sources::parse);
  }
}
