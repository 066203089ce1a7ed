package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is shown again and again. */
@Timeout(60)
class WatchingTest {

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Shutdown shutdown = new Shutdown();

  /** Shows these; an empty one can't be had. The last one is shown when the program ends. */
  private String watch(boolean terminal, String... pictures) throws Exception {
    Queue<String> next = new ArrayDeque<>(List.of(pictures));
    int status =
        new Watching(new PrintStream(shown, true, StandardCharsets.UTF_8), terminal, Duration.ZERO)
            .run(
                out -> {
                  String picture = next.remove();
                  if (next.isEmpty()) {
                    shutdown.request();
                  }
                  if (picture.isEmpty()) {
                    throw new Failure("it is gone");
                  }
                  out.print(picture);
                  return 1;
                },
                shutdown);
    assertThat(status).isZero();
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onATerminalEachTakesThePlaceOfTheOneBefore() throws Exception {
    assertThat(watch(true, "a\nb\n", "c\n"))
        .isEqualTo("\033[H\033[Ja\033[K\nb\033[K\n\033[J" + "\033[Hc\033[K\n\033[J");
  }

  @Test
  void elsewhereABlankLineIsBetweenThoseThatDiffer() throws Exception {
    assertThat(watch(false, "a\n", "a\n", "b\n")).isEqualTo("a\n\nb\n");
  }

  @Test
  void whatIsAwayForAWhileIsWaitedFor() throws Exception {
    assertThat(watch(false, "a\n", "", "a\n")).isEqualTo("a\n\nit is gone\n\na\n");
  }

  @Test
  void whatNeverWasThereIsAFailure() {
    assertThatThrownBy(() -> watch(false, "", "a")).isInstanceOf(Failure.class);
  }
}
