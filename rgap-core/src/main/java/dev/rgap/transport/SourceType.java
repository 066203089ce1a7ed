package dev.rgap.transport;

import dev.rgap.api.StableApi;

/**
 * A kind of source: reads its addresses and makes sources from them.
 *
 * <p>Kinds from other jars are found by {@link java.util.ServiceLoader} under this interface.
 *
 * @param <C> what an address says, an immutable value with {@code equals}
 */
@StableApi
public interface SourceType<C> {

  /**
   * What its addresses begin with, before {@code ://}: a lower-case letter, then lower-case letters
   * and digits.
   */
  String scheme();

  /**
   * Reads an address. Looks nothing up.
   *
   * @param address as it is written, with the scheme
   * @throws IllegalArgumentException with a message that says what is wrong where
   */
  C parse(String address);

  /**
   * The same for all spellings of an address: of two addresses with equal identities, a listener
   * needs only one.
   */
  default Object identity(C config) {
    return config;
  }

  /** The source for people, in logs and metrics: the address, without anything secret. */
  String label(C config);

  /** Makes a source. Opens nothing yet. */
  DatagramSource create(C config, SourceContext context);
}
