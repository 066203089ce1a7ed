package dev.rgap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rgap.text.DurationText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any text as a duration: what is read, is shown in a form that reads the same again; all else is
 * an {@link IllegalArgumentException}. Plain ones (whole numbers, units once and in order) mean
 * what the JDK's own arithmetic makes of them.
 */
class DurationFuzzTest {

  private static final Pattern PLAIN =
      Pattern.compile(
          "(-?)(?=\\d)(?:(\\d{1,5})h)?(?:(\\d{1,5})m)?(?:(\\d{1,5})s)?(?:(\\d{1,5})ms)?");
  private static final Map<Integer, Duration> UNITS =
      Map.of(
          2, Duration.ofHours(1),
          3, Duration.ofMinutes(1),
          4, Duration.ofSeconds(1),
          5, Duration.ofMillis(1));

  @FuzzTest(maxDuration = "30s")
  void readsBackWhatItShows(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Duration expected = plain(text);
    Duration parsed;
    try {
      parsed = DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(expected).as(text).isNull();
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(DurationText.parse(DurationText.format(parsed))).isEqualTo(parsed);
    if (expected != null) {
      assertThat(parsed).isEqualTo(expected);
    }
  }

  private static @Nullable Duration plain(String text) {
    Matcher parts = PLAIN.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    Duration sum = Duration.ZERO;
    for (Map.Entry<Integer, Duration> unit : UNITS.entrySet()) {
      String number = parts.group(unit.getKey());
      if (number != null) {
        sum = sum.plus(unit.getValue().multipliedBy(Long.parseLong(number)));
      }
    }
    return parts.group(1).isEmpty() ? sum : sum.negated();
  }
}
