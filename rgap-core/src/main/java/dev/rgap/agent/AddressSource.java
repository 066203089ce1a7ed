package dev.rgap.agent;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.util.List;

/** Tells which addresses an agent is to announce, as they are when it is asked. */
@StableApi
public interface AddressSource {

  /**
   * The addresses as they are now; none if there are none. Called by one thread at a time.
   *
   * @throws NoAddressException if there are none, and it can say why
   * @throws IOException if it can't be told whether there are; what was found last is announced for
   *     a while. The message says why, for people
   */
  List<IpAddress> find() throws IOException;

  /** The source as people have written it, such as {@code iface:eth0}. */
  String label();

  /**
   * Whether {@link #find} waits for nobody: then it is asked right before each announcement. If
   * not, it is asked on a thread of its own, and what it said last is announced meanwhile.
   */
  default boolean isQuick() {
    return false;
  }

  /** Always the same address. */
  static AddressSource of(IpAddress address) {
    return new FixedAddress(address);
  }
}
