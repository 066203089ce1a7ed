package dev.rgap.transport;

/** UDP: {@code host:port}, with or without {@code udp://} in front. */
final class UdpSourceType implements SourceType<Endpoint> {

  static final String SCHEME = "udp";

  private static final String PREFIX = SCHEME + "://";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Endpoint parse(String address) {
    return Endpoint.parse(
        address.startsWith(PREFIX) ? address.substring(PREFIX.length()) : address);
  }

  @Override
  public Object identity(Endpoint config) {
    return config.canonical(); // a text: the start waits for what hashes a record
  }

  @Override
  public String label(Endpoint config) {
    return config.toString();
  }

  @Override
  public DatagramSource create(Endpoint config, SourceContext context) {
    return new UdpSource(config, context);
  }
}
