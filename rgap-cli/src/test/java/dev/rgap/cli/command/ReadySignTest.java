package dev.rgap.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a thread of this process shows is what Linux tells of it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "threads are looked at in Linux' /proc")
class ReadySignTest {

  private static final Path THIS = Path.of("/proc/self");

  private final ManualClock clock = new ManualClock();
  private final Shutdown shutdown = new Shutdown();

  private static GroupConfig group(int id, Duration readinessDelay) {
    return GroupConfig.of(
            new GroupId(id), PreSharedKey.generate(new SecureRandom()), Duration.ofSeconds(15))
        .withReadinessDelay(readinessDelay);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void countsTheGroupsThatAreNotReady() throws Exception {
    LiveMembership membership =
        new LiveMembership(
            List.of(
                group(1, Duration.ZERO),
                group(2, Duration.ofSeconds(5)),
                group(3, Duration.ofSeconds(50))),
            clock.scheduler());
    Thread listener =
        new Thread(() -> {
          ReadySign.show(membership, shutdown);
          shutdown.await();
        });
    listener.setDaemon(true);
    assertThatThrownBy(() -> ReadySign.require(THIS)).hasMessageContaining("is starting still");
    listener.start();
    await("process self waits for 2 of its groups to be ready");
    clock.advance(Duration.ofSeconds(5));
    await("process self waits for 1 of its groups to be ready");
    clock.advance(Duration.ofSeconds(45));
    await("");
    shutdown.request();
    listener.join();
  }

  private static void await(String failure) throws IOException, InterruptedException {
    while (!failure().equals(failure)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static String failure() throws IOException {
    try {
      ReadySign.require(THIS);
      return "";
    } catch (Failure e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void endsWithTheProgram() {
    shutdown.request();
    LiveMembership membership =
        new LiveMembership(List.of(group(1, Duration.ofSeconds(5))), clock.scheduler());
    String name = Thread.currentThread().getName();
    try {
      assertThatCode(() -> ReadySign.show(membership, shutdown)).doesNotThrowAnyException();
      assertThat(Thread.currentThread().getName()).isEqualTo("rgap-wait 1");
    } finally {
      Thread.currentThread().setName(name);
    }
  }
}
