package dev.rgap.host.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcStatTest {

  @Test
  void readsWhatMattersWhateverTheName() {
    assertThat(ProcStat.parse("7 (sh) S 1 42 42 0 -1")).contains(new ProcStat('S', 42));
    assertThat(ProcStat.parse("7 (a) R 3 4) Z 1 42 42 0")).contains(new ProcStat('Z', 42));
    assertThat(ProcStat.parse("")).isEmpty();
    assertThat(ProcStat.parse("7 (sh)")).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void seesThisProcess() throws IOException {
    ProcStat self = ProcStat.of(ProcessHandle.current().pid()).orElseThrow();

    assertThat(self.isAlive()).isTrue();
    assertThat(ProcStat.isGroupAlive(self.group())).isTrue();
    assertThat(ProcStat.isGroupAlive(Long.MAX_VALUE)).isFalse();
    assertThat(ProcStat.of(Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void takesOneThatWaitsToBeReapedForDead() {
    assertThat(new ProcStat('Z', 1).isAlive()).isFalse();
    assertThat(new ProcStat('D', 1).isAlive()).isTrue();
  }
}
