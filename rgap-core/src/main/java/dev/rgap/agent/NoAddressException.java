package dev.rgap.agent;

import dev.rgap.api.StableApi;
import java.io.IOException;

/**
 * There is no address now, and that is known: what was found before is not there any more. Thrown
 * by an {@link AddressSource} that can say why, in place of finding nothing.
 */
@StableApi
public final class NoAddressException extends IOException {

  private static final long serialVersionUID = 1;

  /** With the reason, for people. */
  public NoAddressException(String message) {
    super(message);
  }
}
