package dev.rgap.output;

import dev.rgap.api.StableApi;
import java.io.IOException;

/** An output whose whole effect is the content of one file, which can be looked at beforehand. */
@StableApi
public interface FileOutput extends Output {

  /**
   * What the file would be made of now, whether or not all groups are ready. Writes nothing, and
   * may be called without a start.
   *
   * @throws IOException if it can't be told; the message says why and what to do
   */
  byte[] render() throws IOException;
}
