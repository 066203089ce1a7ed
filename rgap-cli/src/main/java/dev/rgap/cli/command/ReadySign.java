package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a listener shows to {@code rgap health --ready} whether its groups are ready: by the name of
 * its main thread, which Linux tells to everybody who sees the process.
 *
 * <pre>
 *   /proc/PID/task/TID/comm:  rgap-wait 3   three groups are not ready
 *                             rgap-ready    all are
 * </pre>
 *
 * <p>So it needs no place to write to, no port and no rights, and goes with the process.
 */
final class ReadySign {

  private static final String READY = "rgap-ready";
  private static final String WAIT = "rgap-wait ";

  /** With it a name has the 15 bytes that Linux keeps. */
  private static final int MOST = 99_999;

  private static final Duration PAUSE = Duration.ofMillis(250);

  private ReadySign() {}

  /** Shows it on this thread, until all groups are ready or the command is to end. */
  static void show(Membership membership, Shutdown shutdown) {
    int shown = -1;
    do {
      int waiting = Math.min(waiting(membership), MOST);
      if (waiting != shown) {
        Thread.currentThread().setName(waiting == 0 ? READY : WAIT.concat(String.valueOf(waiting)));
        shown = waiting;
      }
    } while (shown > 0 && !shutdown.await(PAUSE));
  }

  private static int waiting(Membership membership) {
    int waiting = 0;
    for (GroupId group : membership.groups()) {
      if (!membership.snapshot(group).ready()) {
        waiting++;
      }
    }
    return waiting;
  }

  /**
   * Fails unless a process shows that all of its groups are ready.
   *
   * @param process its directory in /proc
   */
  static void require(Path process) throws IOException, Failure {
    for (String name : RunningRgap.threads(process)) {
      if (name.equals(READY)) {
        return;
      }
      if (name.startsWith(WAIT)) {
        throw new Failure(
            "process "
                + process.getFileName()
                + " waits for "
                + name.substring(WAIT.length())
                + " of its groups to be ready");
      }
    }
    throw new Failure("process " + process.getFileName() + " is starting still, or is no listener");
  }
}
