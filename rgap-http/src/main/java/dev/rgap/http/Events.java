package dev.rgap.http;

import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells clients what happens, as server-sent events.
 *
 * <p>A client has its place in the ring of {@link EventRing} and what is being written to it, and
 * no more: one that takes nothing is sent away when its connection's time is over, and one that is
 * slower than the ring is told so.
 *
 * <p>Clients are woken for what has come together meanwhile, and get a part of it at a time: the
 * more there are, the longer is the pause of each, so that all of them together cost about the
 * same.
 */
final class Events {

  /** The type of a stream, which has no end. */
  static final String TYPE = "text/event-stream";

  /** How long a client is not told more at least, in milliseconds. */
  private static final int LEAST_PAUSE = 100;

  /** So many may be woken within the least pause. */
  private static final int WOKEN = 200;

  /** So many events are told to all clients together within the least pause. */
  private static final int TOLD = 20_000;

  /** Written at a time. */
  private static final int CHUNK = 100;

  /** One for whom it was too much has to read everything again: not at once, in milliseconds. */
  private static final int REST = 2_000;

  /** What nobody has told for so long could be gone, in milliseconds. */
  static final int LONGEST_SILENCE = 15_000;

  /** Older than any. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final Subject subject;
  private final Recent recent;
  private final EventRing ring;
  private final AtomicInteger clients;
  private final int longestSilence;

  /**
   * Of a listener.
   *
   * @param clients is kept up
   * @param longestSilence after which a client gets a comment, in milliseconds
   */
  Events(Subject subject, Recent recent, AtomicInteger clients, int longestSilence) {
    this.subject = subject;
    this.recent = recent;
    this.ring = recent.events();
    this.clients = clients;
    this.longestSilence = longestSilence;
  }

  Answer stream(Call call) throws Refusal {
    call.allow(Set.of("group", "last"));
    int last = (int) call.number("last", 0, EventRing.MOST, 0);
    Set<GroupId> groups = groups(call, subject.membership());
    String known = call.header("Last-Event-ID");
    int readers = ring.readers();
    return new Answer(
        200,
        TYPE,
        Map.of(),
        out -> {
          clients.incrementAndGet();
          try {
            Client client = new Client(out, groups, readers);
            client.begin(known, last);
            client.follow();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            clients.decrementAndGet();
          }
        });
  }

  /** Empty for all. */
  private static Set<GroupId> groups(Call call, Membership membership) throws Refusal {
    String ids = call.parameters().get("group");
    Set<GroupId> groups = new TreeSet<>();
    if (ids != null) {
      for (String id : ids.split(",", -1)) {
        GroupId group = GroupPages.id(id);
        if (!membership.groups().contains(group)) {
          throw GroupPages.unknown(group);
        }
        groups.add(group);
      }
    }
    return groups;
  }

  /** One who is told. */
  private final class Client {

    private final OutputStream out;
    private final Set<GroupId> groups;
    private final int readers;

    /** The number of the next event. */
    private long next;

    /** The number of the last event that it knows of. */
    private long told;

    /** When something was written last. */
    private long written = System.nanoTime();

    Client(OutputStream out, Set<GroupId> groups, int readers) {
      this.out = out;
      this.groups = groups;
      this.readers = readers;
    }

    private String id(long number) {
      return recent.start() + "-" + (number + 1); // of what was before the first, 0
    }

    private boolean wants(Happening event) {
      GroupId group = event.group();
      return groups.isEmpty() || group == null || groups.contains(group);
    }

    /** Finds its place, and tells it. */
    void begin(String known, int last) throws IOException {
      next = ring.end();
      if (known.isEmpty()) {
        told = next - 1;
        write(
            Happening.event(
                id(told),
                "hello",
                "{\"start\":\""
                    + recent.start()
                    + "\",\"version\":\""
                    + subject.version()
                    + "\"}"));
        next = before(next, last);
        return;
      }
      long number = number(known);
      if (number < ring.begin() - 1 || number >= next) {
        reset("what happened since that event is not known any more");
      } else {
        next = number + 1;
        told = number;
        write(":\n\n"); // so that it has an answer
      }
    }

    /** The place from which there are so many that it wants; all if they are fewer. */
    private long before(long end, int wanted) {
      long place = end;
      List<Happening> all = ring.from(ring.begin(), EventRing.MOST);
      int found = 0;
      for (int i = all.size() - 1; i >= 0 && found < wanted; i--) {
        place = end - (all.size() - i);
        found += wants(all.get(i)) ? 1 : 0;
      }
      return place;
    }

    /** The number of the event that has this id; {@link #UNKNOWN} if it is another process'. */
    private long number(String known) {
      String prefix = recent.start() + "-";
      try {
        return known.startsWith(prefix)
            ? Long.parseLong(known.substring(prefix.length())) - 1
            : UNKNOWN;
      } catch (NumberFormatException e) {
        return UNKNOWN;
      }
    }

    void follow() throws IOException, InterruptedException {
      while (ring.goesOn(readers)) {
        int present = Math.max(1, clients.get());
        int pause = pause(present);
        if (next < ring.begin()) {
          Thread.sleep(REST); // before: what follows is told from the reset on
          reset("more has happened at once than can be told");
        } else if (next < ring.end()) {
          tell(present, pause);
        } else {
          pause = 0;
          ring.await(next, readers, longestSilence - silence());
        }
        if (silence() >= longestSilence && ring.goesOn(readers)) {
          comment();
        }
        Thread.sleep(pause);
      }
    }

    /** For how long nothing was written, in milliseconds. */
    private long silence() {
      return (System.nanoTime() - written) / 1_000_000;
    }

    /** How long nobody is told more, in milliseconds. */
    private static int pause(int present) {
      return Math.max(LEAST_PAUSE, present * LEAST_PAUSE / WOKEN);
    }

    private void tell(int present, int pause) throws IOException {
      int most = TOLD / LEAST_PAUSE * pause / present;
      for (int i = 0; i < most && next < ring.end(); i += CHUNK) {
        long begin = next;
        List<Happening> events = ring.from(begin, CHUNK);
        if (begin < ring.begin()) {
          return; // some of them were forgotten: it is told so
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (Happening event : events) {
          if (wants(event)) {
            text.writeBytes(event.text(id(next)));
            told = next;
          }
          next++;
        }
        if (text.size() > 0) {
          write(text.toByteArray());
        }
      }
    }

    /** A client that has gone, or wants nothing of what happens, is noticed by this alone. */
    private void comment() throws IOException {
      write(":\n\n");
      if (told < next - 1) {
        told = next - 1; // so that it can go on from here, though it has seen none of these
        write("id: " + id(told) + "\n\n");
      }
    }

    private void reset(String reason) throws IOException {
      next = ring.end();
      told = next - 1;
      write(Happening.reset(id(told), reason));
    }

    private void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void write(byte[] text) throws IOException {
      out.write(text);
      out.flush();
      written = System.nanoTime();
    }
  }

  /** Whether it is what happened, and no more. */
  static boolean isStream(Answer answer) {
    return answer.type().equals(TYPE);
  }
}
