package dev.rgap.config;

import dev.rgap.api.StableApi;
import java.util.List;

/**
 * A value of a configuration file as it was written, before anybody has said what it should be.
 *
 * <p>Aliases and merged mappings are expanded by the reader on demand: asking for children may make
 * them. Nothing asks for more than it needs, so a file that refers to itself costs nothing.
 */
@StableApi
public sealed interface ConfigNode {

  /** Where it stands. */
  Position position();

  /**
   * A place in a file.
   *
   * @param line from 1
   * @param column from 1, in characters
   */
  record Position(int line, int column) {}

  /** Nothing: an absent value, {@code null} or {@code ~}. */
  record Empty(Position position) implements ConfigNode {}

  /**
   * A single value.
   *
   * @param text the value exactly as written, without quotes
   */
  record Scalar(Position position, String text) implements ConfigNode {}

  /**
   * A value that can't be read at all; whoever asks for it gets this as an error.
   *
   * @param what what is wrong
   * @param hint what to do about it; may be empty
   */
  record Faulty(Position position, String what, String hint) implements ConfigNode {}

  /** A list of values. */
  non-sealed interface Sequence extends ConfigNode {
    List<ConfigNode> items();
  }

  /** Named values, in the order of the file. A key may stand there twice. */
  non-sealed interface Mapping extends ConfigNode {
    List<Entry> entries();
  }

  /** A name and its value. */
  record Entry(Position keyPosition, String key, ConfigNode value) {}
}
