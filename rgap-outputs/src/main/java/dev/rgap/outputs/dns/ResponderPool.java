package dev.rgap.outputs.dns;

import java.net.InetAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Responders for many connections that seldom ask anything: what one needs for an answer of the
 * greatest length is held only while the answer is made. Safe for all threads.
 */
final class ResponderPool {

  /** Making an answer waits for nothing, so more than this are hardly ever needed at once. */
  private static final int KEPT = 8;

  private static final class Entry {
    Responder responder;
    final byte[] answer = new byte[Responder.MAX_ANSWER];

    Entry(Responder responder) {
      this.responder = responder;
    }
  }

  private final DnsService service;
  private final BlockingQueue<Entry> idle = new ArrayBlockingQueue<>(KEPT);

  ResponderPool(DnsService service) {
    this.service = service;
  }

  /**
   * Answers a message that came by TCP.
   *
   * @param client who sent it
   * @param room how many bytes to leave free before the answer
   * @return the room and the answer, if there is one
   */
  byte[] respond(byte[] message, InetAddress client, int room) {
    Entry waiting = idle.poll();
    Entry entry = waiting == null ? new Entry(service.responder()) : waiting;
    entry.responder = service.current(entry.responder);
    boolean allowed = service.allows(client);
    int length = entry.responder.respond(message, message.length, true, allowed, entry.answer);
    if (length != Responder.NONE) {
      service.log(client, entry.responder);
    }
    byte[] copy = new byte[room + length];
    System.arraycopy(entry.answer, 0, copy, room, length);
    idle.offer(entry);
    return copy;
  }
}
