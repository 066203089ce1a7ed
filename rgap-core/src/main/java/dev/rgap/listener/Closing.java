package dev.rgap.listener;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Ends things, whatever they throw, one by one or all at the same time. */
final class Closing {

  private static final System.Logger LOG = System.getLogger(Listener.class.getName());

  private Closing() {}

  /** Closes something; what it throws is logged. */
  static void quietly(String what, AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception | Error e) {
      LOG.log(Level.ERROR, "closing " + what + " failed; going on with the rest", e);
    }
  }

  /**
   * Does all of this, each on a thread of its own, and waits for all: as long as the longest takes.
   * If the caller is interrupted, so are they.
   *
   * @param name what the threads are called
   */
  static void atOnce(String name, List<? extends Runnable> all) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      Thread thread = new Thread(null, all.get(i), name, 0, false);
      thread.setDaemon(true);
      try {
        thread.start();
        threads.add(thread);
      } catch (OutOfMemoryError e) {
        all.get(i).run(); // no thread to be had: one after the other, then
      }
    }
    if (!all.isEmpty()) {
      all.getFirst().run();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
