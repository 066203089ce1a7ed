package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.command.ReloadSign.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadSignTest {

  @TempDir private Path process;

  private void thread(int number, String name) throws Exception {
    Path thread = Files.createDirectories(process.resolve("task/" + number));
    Files.writeString(thread.resolve("comm"), name + "\n");
  }

  @Test
  void isReadFromAmongTheThreads() throws Exception {
    thread(1, "rgap-ready");
    thread(2, "rgap-conf-so 7");
    thread(3, "rgap-expiry");
    Files.createDirectories(process.resolve("task/4")); // is ending

    assertThat(ReloadSign.of(process)).isEqualTo(new ReloadSign(State.SO, 7));
  }

  @Test
  void isMissingWhereNobodyShowsIt() throws Exception {
    thread(1, "rgap-wait 2");
    thread(2, "rgap-conf-xx 7");
    assertThatThrownBy(() -> ReloadSign.of(process))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is starting still, or is no listener");
  }

  /** Each reading counts once, when it is done. */
  @Test
  void countsReadings() {
    ReloadSign sign = ReloadSign.FIRST;
    assertThat(sign.text()).isEqualTo("rgap-conf-ok 0");
    sign = sign.then(State.GO);
    assertThat(sign.text()).isEqualTo("rgap-conf-go 0");
    sign = sign.then(State.NO);
    assertThat(sign.text()).isEqualTo("rgap-conf-no 1");
    sign = new ReloadSign(State.GO, 99).then(State.SO);
    assertThat(sign).isEqualTo(new ReloadSign(State.SO, 0));
  }

  /** Linux keeps no more of a thread's name. */
  @Test
  void fitsIntoAThreadsName() {
    for (State state : State.values()) {
      assertThat(new ReloadSign(state, 99).text().getBytes(StandardCharsets.US_ASCII))
          .hasSizeLessThanOrEqualTo(15);
    }
  }
}
