package dev.rgap.simulation;

import dev.rgap.transport.DatagramSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What a host asks for the addresses of sites, and what it sends to them by. */
final class Resolver {

  /** How it is doing. */
  enum State {
    WELL,
    SLOW,
    DEAD
  }

  private static final long QUICK = 1_000_000;
  private static final long SLOW = 4_000_000_000L;
  private static final long PATIENCE = 10_000_000_000L;

  /** How long an answer is good for. */
  private static final long TTL = 60_000_000_000L;

  private final Program program;
  private final SimulatedNetwork network;
  private State state = State.WELL;

  Resolver(Program program, SimulatedNetwork network, State state) {
    this.program = program;
    this.network = network;
    this.state = state;
  }

  /** It is doing like that from now on. */
  void become(State now) {
    state = now;
  }

  /** Sends to a site, as soon as its address is known. */
  DatagramSink sink(String site) {
    return new Sink(site);
  }

  private final class Sink implements DatagramSink {
    private final String site;
    private boolean known;
    private boolean asking;
    private long until;

    Sink(String site) {
      this.site = site;
    }

    @Override
    public boolean prepare(Runnable found) {
      Timeline timeline = program.host().timeline();
      boolean stale = known && timeline.now() >= until;
      if ((!known || stale) && !asking) {
        asking = true;
        long takes = state == State.WELL ? QUICK : state == State.SLOW ? SLOW : PATIENCE;
        timeline.at(timeline.now() + takes, () -> program.run(() -> answered(found)));
      }
      return known;
    }

    private void answered(Runnable found) {
      asking = false;
      boolean first = !known;
      if (state != State.DEAD) {
        known = true;
        until = program.host().timeline().now() + TTL;
      }
      if (first) {
        found.run();
      }
    }

    @Override
    public void send(byte[] datagram, Duration timeout) throws IOException {
      sendAll(List.of(datagram), timeout);
    }

    @Override
    public void sendAll(List<byte[]> datagrams, Duration timeout) throws IOException {
      if (!known) {
        throw new IOException("can't send to " + site + ": no such host");
      }
      network.send(program.host().name(), site, datagrams);
    }

    @Override
    public String label() {
      return site;
    }
  }
}
