package dev.rgap.time;

import java.io.FileInputStream;
import java.io.IOException;
import java.time.Instant;

/** The clocks of the machine that this program runs on. */
enum SystemHostClock implements HostClock {
  INSTANCE;

  private static final String UPTIME = "/proc/uptime";
  private static final int MAX_UPTIME = 64;
  private static final long SECOND = 1_000_000_000;

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
    long unit = 0; // of the last digit; 0 before the point
    boolean fraction = false;
    for (int i = 0; i < text.length && text[i] != ' ' && text[i] != '\n'; i++) {
      int digit = text[i] - '0';
      if (text[i] == '.' && i > 0 && !fraction) {
        fraction = true;
        unit = SECOND;
      } else if (digit < 0 || digit > 9) {
        throw new NumberFormatException("no uptime");
      } else if (fraction) {
        unit /= 10;
        nanos += digit * unit;
      } else {
        nanos = 10 * nanos + digit * SECOND;
      }
    }
    if (!fraction) {
      throw new NumberFormatException("no uptime");
    }
    return nanos;
  }
}
