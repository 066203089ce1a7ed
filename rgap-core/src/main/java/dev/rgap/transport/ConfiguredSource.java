package dev.rgap.transport;

import dev.rgap.api.StableApi;
import java.util.List;

/**
 * A source as it is configured: a value. Two are equal if they receive in the same way at what is
 * written as the same address.
 *
 * @param <C> what an address of its kind says
 * @param type its kind
 * @param config what its address says, a value with {@code equals}
 */
@StableApi
public record ConfiguredSource<C>(SourceType<C> type, C config) {

  /** A source of datagrams that are sent to this endpoint by UDP. */
  public static ConfiguredSource<Endpoint> udp(Endpoint endpoint) {
    return new ConfiguredSource<>(new UdpSourceType(), endpoint);
  }

  /** The source for people, in logs and metrics. */
  public String label() {
    return type.label(config);
  }

  /** The same for all spellings of an address, and another for each address. */
  public Object identity() {
    return List.of(type.scheme(), type.identity(config));
  }

  /** Makes the source. Opens nothing yet. */
  public DatagramSource create(SourceContext context) {
    return type.create(config, context);
  }

  /** By kind and address: each reading of a file makes its types anew. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ConfiguredSource<?> that
        && type.getClass() == that.type.getClass()
        && config.equals(that.config);
  }

  @Override
  public int hashCode() {
    return 31 * type.getClass().hashCode() + config.hashCode();
  }

  /** The label. */
  @Override
  public String toString() {
    return label();
  }
}
