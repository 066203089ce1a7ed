package dev.rgap.agent;

import dev.rgap.protocol.IpAddress;
import java.util.List;

/** An address that never changes. */
record FixedAddress(IpAddress address) implements AddressSource {

  @Override
  public List<IpAddress> find() {
    return List.of(address);
  }

  @Override
  public String label() {
    return address.toString();
  }

  @Override
  public boolean isQuick() {
    return true;
  }
}
