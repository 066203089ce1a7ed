package dev.rgap.http;

import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigValue;
import java.util.Optional;
import java.util.function.Function;

/** Reads the files that settings name. */
@InternalApi
public interface SettingFiles {

  /** What is read of a file. */
  enum Kind {
    /** All may read it. */
    PUBLIC,
    /** It is good to know if others can read it. */
    SECRET
  }

  /**
   * What is in the file that a setting names.
   *
   * @param parser reads its content; what it says of an {@link IllegalArgumentException} is shown
   * @return nothing if that can't be read, which is a problem of the setting then
   */
  <T> Optional<T> read(ConfigValue name, Kind kind, Function<byte[], T> parser);
}
