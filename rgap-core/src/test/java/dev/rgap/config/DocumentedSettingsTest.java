package dev.rgap.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.DocumentedSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The comparison with documentation finds what differs. */
class DocumentedSettingsTest {

  private static final String PAGE =
      """
      # Page

      | setting | default | |
      |---|---|---|
      | `a` | required | must be there |
      | `b`, `c` | none | |
      | `d` | `1m` | |
      | `unit` | `seconds` | a \\| b |
      | `wait` | `{min: 1s, max: 2s}` | |

      | another table | |
      |---|---|
      | `x` | |

      Of each of `list`, in which `y` is nothing:

      | setting | default | |
      |---|---|---|
      | `number` | `7` | |
      """;

  private final DocumentedSettings settings = DocumentedSettings.of(PAGE);

  private void askForAllBut(String left) {
    ask(left, "a", true, null);
    ask(left, "b", false, null);
    ask(left, "c", false, null);
    ask(left, "d", false, Duration.ofMinutes(1));
    ask(left, "unit", false, TimeUnit.SECONDS);
    ask(left, "wait", false, "{min: 1s, max: 2s}");
    ask(left, "wait.min", false, null);
    ask(left, "wait.max", false, null);
    ask(left, "list[3].number", false, 7);
  }

  private void ask(String left, String path, boolean required, @Nullable Object value) {
    if (!path.equals(left)) {
      settings.asked(path, required, value);
    }
  }

  @Test
  void findsNothingWhereAllIsTheSame() {
    askForAllBut("");

    assertThat(settings.differences()).isEmpty();
    assertThat(settings.leaves())
        .containsExactly("a", "b", "c", "d", "list.number", "unit", "wait.max", "wait.min");
  }

  @Test
  void freeNamesAreLeftOut() {
    askForAllBut("");
    settings.asked("list.any", false, null);
    settings.asked("list.any.number", false, 7);

    assertThat(settings.differences()).isEmpty();
  }

  @Test
  void findsWhatIsMissing() {
    askForAllBut("d");
    settings.asked("more", false, null);
    settings.asked("wait.other", false, null);

    assertThat(settings.differences())
        .containsExactly(
            "d is not asked for", "more is not documented", "wait.other is not documented");
  }

  @Test
  void findsOtherDefaults() {
    askForAllBut("");
    settings.asked("a", false, null);
    settings.asked("b", true, null);
    settings.asked("c", false, 1);
    settings.asked("d", false, Duration.ofMinutes(2));
    settings.asked("unit", false, null);
    settings.asked("list[0].number", false, 8);

    assertThat(settings.differences())
        .isEqualTo(
            List.of(
                "a is not required",
                "b is required",
                "c has the default 1, not none",
                "d has the default PT2M, not `1m`",
                "list.number has the default 8, not `7`",
                "unit has the default null, not `seconds`"));
  }
}
