package dev.rgap.config;

import dev.rgap.api.StableApi;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads a value of a configuration as what it should be: {@link Readers} has those for the usual
 * things.
 *
 * <p>A reader never throws: what can't be read is added to the value's problems and comes back
 * empty.
 *
 * @param <T> what it reads
 */
@StableApi
@FunctionalInterface
public interface Reader<T> {

  /**
   * Reads a value.
   *
   * @return nothing if problems were added
   */
  Optional<T> read(ConfigValue value);

  /** What to write for a setting that must be there and is not; may be empty. */
  default String hint() {
    return "";
  }

  /**
   * The same, where not everything is allowed.
   *
   * @param allowed tells what is
   * @param what is said of all else
   * @param hint what to do about it; may be empty
   */
  default Reader<T> where(Predicate<? super T> allowed, String what, String hint) {
    return value -> {
      Optional<T> read = read(value);
      if (read.isPresent() && !allowed.test(read.get())) {
        value.error(what, hint);
        return Optional.empty();
      }
      return read;
    };
  }

  /** The same, for a setting that may be absent. */
  default WithDefault<T> orElse(T byDefault) {
    return new WithDefault<>(this, byDefault);
  }

  /**
   * A reader and what stands in for a setting that is absent.
   *
   * @param byDefault stands in for one that can't be read, too: that is an error already
   */
  record WithDefault<T>(Reader<T> reader, T byDefault) {}
}
