package dev.rgap.time;

import java.io.FileInputStream;
import java.io.IOException;
import java.time.Instant;

/** The clocks of the machine that this program runs on. */
enum SystemHostClock implements HostClock {
  INSTANCE;

  private static final String UPTIME = "/proc/uptime";
  private static final int MAX_UPTIME = 64;

  @Override
  public long epochMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  /** On Linux; on other systems it can't be told whether the host has slept. */
  @Override
  public long bootNanoTime() {
    try (FileInputStream file = new FileInputStream(UPTIME)) {
      return parseUptime(file.readNBytes(MAX_UPTIME));
    } catch (IOException | RuntimeException e) {
      return UNKNOWN;
    }
  }

  /**
   * Reads what proc_uptime(5) describes: the seconds since the boot, of which those in suspension
   * are some, with two decimal places.
   *
   * @throws NumberFormatException if it is something else
   */
  static long parseUptime(byte[] text) {
    long nanos = 0;
    long unit = 0;
    for (int i = 0; i < text.length && text[i] != ' '; i++) {
      if (text[i] == '.' && unit == 0 && i > 0) {
        unit = 1_000_000_000;
      } else if (text[i] >= '0' && text[i] <= '9') {
        unit /= 10;
        nanos =
            unit == 0
                ? 10 * nanos + (text[i] - '0') * 1_000_000_000L
                : nanos + (text[i] - '0') * unit;
      } else {
        throw new NumberFormatException("no uptime");
      }
    }
    if (unit == 0) {
      throw new NumberFormatException("no uptime");
    }
    return nanos;
  }
}
