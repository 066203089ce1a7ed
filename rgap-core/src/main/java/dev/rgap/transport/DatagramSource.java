package dev.rgap.transport;

import dev.rgap.api.StableApi;
import java.io.IOException;

/** Something that datagrams arrive at. Started once, closed once. */
@StableApi
public interface DatagramSource extends AutoCloseable {

  /**
   * Begins to hand datagrams to the handler.
   *
   * @throws IOException if it can't, with a message for people that names the source and the cause
   */
  void start(DatagramHandler handler) throws IOException;

  /** The source as configured, for logs and metrics. */
  String label();

  /** Ends it; no call of the handler is begun after this returns. */
  @Override
  void close();
}
