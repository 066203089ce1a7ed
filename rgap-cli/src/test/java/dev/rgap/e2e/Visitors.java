package dev.rgap.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send one request after the other to a load balancer, and note what goes wrong. */
final class Visitors implements AutoCloseable {

  private static final int FEW = 4;

  /** So that the machine has time for the programs that are tested, too. */
  private static final long PAUSE_MILLIS = 5;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong requests = new AtomicLong();

  Visitors(int port) {
    this(port, FEW);
  }

  Visitors(int port, int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(() -> visit(port)));
    }
  }

  private void visit(int port) {
    try {
      while (true) {
        try {
          String answer = WebServers.get(port);
          if (!answer.startsWith("127.")) {
            failures.add("status " + answer);
          }
        } catch (IOException e) {
          failures.add(e.toString());
        }
        requests.incrementAndGet();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      // The end.
    }
  }

  long requests() {
    return requests.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
