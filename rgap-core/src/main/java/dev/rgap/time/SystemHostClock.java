package dev.rgap.time;

import java.time.Instant;

/** The clocks of the machine that this program runs on. */
enum SystemHostClock implements HostClock {
  INSTANCE;

  @Override
  public long epochMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
