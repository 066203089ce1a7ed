package dev.rgap.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Holds the place of the first real target. */
class ParseLongFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void parsesOrRejects(FuzzedDataProvider data) {
    try {
      long _ = Long.parseLong(data.consumeRemainingAsString());
    } catch (NumberFormatException e) {
      return;
    }
  }
}
