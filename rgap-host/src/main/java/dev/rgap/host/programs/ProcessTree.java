package dev.rgap.host.programs;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started and all that it started, to end them together. */
final class ProcessTree {

  /** How long they have between TERM and KILL. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final long MAX_PAUSE_MILLIS = 200;

  private static final System.Logger LOG = System.getLogger(ProcessTree.class.getName());

  private final Process process;
  private final ProcessHandle handle;
  private final boolean leadsGroup;
  private boolean interrupted;

  /**
   * Knows them.
   *
   * @param leadsGroup whether the process leads a process group of its own, or will do soon
   */
  ProcessTree(Process process, boolean leadsGroup) {
    this.process = process;
    // Not destroyed through the Process, which closes its pipes at that.
    this.handle = process.toHandle();
    this.leadsGroup = leadsGroup;
  }

  /**
   * Ends them: by TERM and, for those that are left after 2 s, by KILL. An interrupt shortens the
   * wait and stays pending.
   */
  void end() {
    interrupted = Thread.interrupted();
    List<ProcessHandle> seen = handle.descendants().toList();
    if (leadsGroup && signalGroup("TERM")) {
      // Each gets the signal once; those that went out of the group would not get it.
      seen.stream().filter(child -> !isInGroup(child)).forEach(ProcessHandle::destroy);
    } else {
      handle.destroy();
      seen.forEach(ProcessHandle::destroy);
    }
    if (!endWithinGrace(seen)) {
      List<ProcessHandle> late = handle.descendants().toList();
      if (leadsGroup) {
        signalGroup("KILL");
      }
      handle.destroyForcibly();
      Stream.concat(seen.stream(), late.stream()).forEach(ProcessHandle::destroyForcibly);
      awaitKilled();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether none is left. Looks again and again: only our own child tells when it ends. */
  private boolean endWithinGrace(List<ProcessHandle> seen) {
    long begin = System.nanoTime();
    long pause = 10;
    while (process.isAlive() || seen.stream().anyMatch(ProcessTree::lives) || hasGroup()) {
      if (interrupted || System.nanoTime() - begin > GRACE.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
    }
    return true;
  }

  /** A process that the kernel holds (a dead network file system) ends whenever that lets it. */
  private void awaitKilled() {
    try {
      if (!process.waitFor(GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.log(Level.WARNING, "process " + process.pid() + " does not end although it was killed");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }

  private boolean hasGroup() {
    try {
      return leadsGroup
          && (ProcStat.supported() ? ProcStat.isGroupAlive(process.pid()) : signalGroup("0"));
    } catch (IOException e) {
      return true; // Not known, so KILL it to be sure.
    }
  }

  /** Whether there was anyone to get it. Java itself knows no process groups. */
  private boolean signalGroup(String signal) {
    ProcessBuilder kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + process.pid())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    kill.environment().clear();
    try {
      Process killing = kill.start();
      while (true) {
        try {
          return killing.waitFor() == 0;
        } catch (InterruptedException e) {
          interrupted = true; // The shell is quick.
        }
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "process group " + process.pid() + " can't be signalled", e);
      return false;
    }
  }

  private boolean isInGroup(ProcessHandle child) {
    return ProcStat.of(child.pid()).filter(stat -> stat.group() == process.pid()).isPresent();
  }

  /** Java takes one that waits to be reaped for a living one. */
  private static boolean lives(ProcessHandle child) {
    return child.isAlive() && ProcStat.of(child.pid()).map(ProcStat::isAlive).orElse(true);
  }
}
