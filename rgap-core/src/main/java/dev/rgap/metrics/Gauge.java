package dev.rgap.metrics;

import dev.rgap.api.StableApi;
import java.util.concurrent.atomic.AtomicLong;

/** A number that goes up and down, as it is now. Safe for all threads. */
@StableApi
public final class Gauge {

  private final AtomicLong bits = new AtomicLong();

  Gauge() {}

  /** Sets it. */
  public void set(double value) {
    bits.set(Double.doubleToRawLongBits(value));
  }

  /** Sets it to 1 or 0. */
  public void set(boolean value) {
    set(value ? 1 : 0);
  }

  /** Its value; 0 before it was set. */
  public double value() {
    return Double.longBitsToDouble(bits.get());
  }
}
