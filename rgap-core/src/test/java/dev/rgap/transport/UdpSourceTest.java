package dev.rgap.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source makes of sockets that fail, by sockets made up for it. */
@Timeout(60)
class UdpSourceTest {

  private static final Endpoint ENDPOINT = Endpoint.parse("192.0.2.1:8271");

  /** Keeps what it is given until a test runs it. */
  private static final class HeldScheduler implements Scheduler {
    final Queue<Runnable> held = new ArrayDeque<>();
    volatile HostClock clock = HostClock.system();

    @Override
    public HostClock clock() {
      return clock;
    }

    @Override
    public void execute(Runnable task) {
      held.add(task);
    }

    @Override
    public Task at(long deadlineNanos, Runnable task) {
      held.add(task);
      return () -> held.remove(task);
    }

    @Override
    public void close() {}
  }

  /** At each look 10 µs have passed. */
  private static final class SteppingClock implements HostClock {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long epochMicros() {
      return nanoTime() / 1_000;
    }

    @Override
    public long nanoTime() {
      return nanos.addAndGet(10_000);
    }
  }

  private final BlockingQueue<UdpSource.Opener> openings = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
  private final HeldScheduler timers = new HeldScheduler();
  private volatile ReceiveLoop.Pause pause = (ended, millis) -> ended.getCount() == 0;
  private final Metrics metrics = new Metrics();
  private final UdpSource source =
      new UdpSource(
          ENDPOINT,
          SourceContext.of(timers, metrics),
          endpoint -> {
            try {
              return openings.take().open(endpoint);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          },
          (ended, millis) -> pause.await(ended, millis));
  private final LogCapture log = LogCapture.of(UdpSource.class.getName(), Level.ALL);

  @AfterEach
  void close() {
    source.close();
    log.close();
  }

  private void start() throws IOException {
    source.start((datagram, length, sender) -> received.add(length));
  }

  private void opensAs(UdpSource.Port port) {
    openings.add(endpoint -> port);
  }

  private void failsToOpen(Exception failure) {
    openings.add(endpoint -> {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException(failure.getMessage(), failure);
    });
  }

  private double errors() {
    return metrics.snapshot().value("rgap_source_errors_total");
  }

  private int nextLength() throws InterruptedException {
    Integer length = received.poll(30, TimeUnit.SECONDS);
    return length == null ? -1 : length;
  }

  @Test
  void handsOverWhatArrives() throws Exception {
    opensAs(new FakePort().then(new byte[66]).then(new byte[0]).then(new byte[2048]));
    start();

    assertThat(List.of(nextLength(), nextLength(), nextLength())).containsExactly(66, 0, 2048);
    assertThat(source.localAddress()).isEqualTo(FakePort.SENDER);
    assertThat(errors()).isZero();
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @Test
  void whatComesFastIsTakenWithoutWaitingForEach() throws Exception {
    timers.clock = new SteppingClock();
    FakePort port = new FakePort();
    for (int i = 0; i < 1_000; i++) {
      port.then(new byte[i]);
    }
    opensAs(port);
    start();
    for (int i = 0; i < 1_000; i++) {
      assertThat(nextLength()).isEqualTo(i);
    }

    // A hundred are waited for: as many as show that they come fast.
    assertThat(port.waits.get()).isBetween(90, 110);
    port.then(new byte[66]);
    assertThat(nextLength()).isEqualTo(66);
  }

  @Test
  void aReadErrorWhileManyAreTakenIsDealtWithInTheSameWay() throws Exception {
    timers.clock = new SteppingClock();
    FakePort first = new FakePort();
    for (int i = 0; i < 200; i++) {
      first.then(new byte[1]);
    }
    opensAs(first.then(new IOException("network is down")));
    opensAs(new FakePort().then(new byte[2]));
    start();
    for (int i = 0; i < 200; i++) {
      assertThat(nextLength()).isEqualTo(1);
    }

    assertThat(nextLength()).isEqualTo(2);
    assertThat(errors()).isEqualTo(1);
  }

  @Test
  void aReadErrorIsLoggedOnceAndTheSocketOpenedAgainUntilItWorks() throws Exception {
    FakePort first = new FakePort().then(new byte[1]).then(new IOException("network is down"));
    FakePort second = new FakePort().then(new IOException("still down"));
    FakePort third = new FakePort().then(new byte[2]);
    opensAs(first);
    failsToOpen(new IOException("no such device"));
    opensAs(second);
    opensAs(third);
    start();

    assertThat(nextLength()).isEqualTo(1);
    assertThat(nextLength()).isEqualTo(2);
    assertThat(first.closed).isTrue();
    assertThat(second.closed).isTrue();
    assertThat(third.closed).isFalse();
    assertThat(errors()).isEqualTo(3);
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "192.0.2.1:8271: receiving failed, trying again until it works: network is down");
    assertThat(log.lines(Level.INFO)).containsExactly("192.0.2.1:8271: receiving again");
  }

  @Test
  void theNextLossAfterARecoveryIsLoggedAgain() throws Exception {
    opensAs(new FakePort().then(new IOException("one")));
    opensAs(new FakePort().then(new byte[1]).then(new IOException("two")));
    opensAs(new FakePort().then(new byte[2]));
    start();

    assertThat(nextLength()).isEqualTo(1);
    assertThat(nextLength()).isEqualTo(2);
    assertThat(log.lines(Level.WARNING)).hasSize(2);
    assertThat(log.lines(Level.INFO)).hasSize(2);
  }

  @Test
  void uncheckedFailuresOfTheSocketEndNothing() throws Exception {
    opensAs(new FakePort().then(new IllegalStateException("odd")));
    failsToOpen(new UnsupportedOperationException("odder"));
    opensAs(new FakePort().then(new byte[3]));
    start();

    assertThat(nextLength()).isEqualTo(3);
    assertThat(errors()).isEqualTo(2);
    assertThat(log.lines(Level.WARNING))
        .singleElement()
        .asString()
        .endsWith("java.lang.IllegalStateException: odd");
  }

  @Test
  void aHandlerThatThrowsIsLoggedOnceAndCalledAgain() throws Exception {
    FakePort port = new FakePort();
    opensAs(port);
    source.start((datagram, length, sender) -> {
      received.add(length);
      if (length == 1) {
        throw new IllegalStateException("broken handler");
      }
      if (length == 2) {
        throw new AssertionError("more broken");
      }
    });
    port.then(new byte[1]).then(new byte[2]).then(new byte[3]);

    assertThat(List.of(nextLength(), nextLength(), nextLength())).containsExactly(1, 2, 3);
    assertThat(errors()).isZero();
    assertThat(log.linesWithCause(Level.ERROR))
        .containsExactly(
            "192.0.2.1:8271: a datagram could not be processed; going on:"
                + " java.lang.IllegalStateException: broken handler");
  }

  @Test
  void aSocketThatCantBeOpenedAtTheStartIsAnError() {
    failsToOpen(new IOException("no"));

    assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessage("no");
    assertThatThrownBy(source::localAddress).isInstanceOf(IOException.class);
  }

  @Test
  void closingEndsAReceive() throws Exception {
    FakePort port = new FakePort();
    opensAs(port);
    start();
    source.close();
    source.close();

    assertThat(port.closed).isTrue();
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @Test
  void closingEndsAPause() throws Exception {
    CountDownLatch pausing = new CountDownLatch(1);
    pause =
        (ended, millis) -> {
          pausing.countDown();
          ended.await();
          return true;
        };
    opensAs(new FakePort().then(new IOException("down")));
    start();
    pausing.await();
    source.close();

    assertThat(received).isEmpty();
  }

  @Test
  void closingDoesNotWaitForASocketThatIsJustBeingOpened() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    FakePort port =
        new FakePort() {
          @Override
          public void close() {
            super.close();
            late.countDown();
          }
        };
    opensAs(new FakePort().then(new IOException("down")));
    openings.add(endpoint -> {
      opening.countDown();
      try {
        goOn.await(); // a name that takes long to look up
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return port.then(new byte[1]);
    });
    start();
    opening.await();
    source.close();

    goOn.countDown();
    assertThat(late.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(received).isEmpty();
  }

  @Test
  void aHandlerMayCloseTheSource() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    opensAs(new FakePort().then(new byte[1]).then(new byte[2]));
    source.start((datagram, length, sender) -> {
      received.add(length);
      source.close();
      closed.countDown();
    });

    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(received).containsExactly(1);
  }

  @Test
  void closingWithoutAStartIsHarmless() {
    source.close();
    assertThat(source.label()).isEqualTo("192.0.2.1:8271");
  }

  @Test
  void aSocketWithoutAnInterfaceToFollowIsNotLookedAfter() throws Exception {
    opensAs(new FakePort());
    start();

    assertThat(timers.held).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unchecked", "error"})
  void anInterfaceThatCantBeLookedAtIsJoinedAgainAndLookedAfterAllTheSame(String failure)
      throws Exception {
    FakePort first = new FakePort();
    first.follows = true;
    FakePort second = new FakePort();
    second.follows = true;
    opensAs(first);
    opensAs(second.then(new byte[5]));
    start();
    first.trouble = failure;
    timers.held.remove().run();
    assertThat(nextLength()).isEqualTo(5);
    assertThat(log.lines(Level.WARNING)).singleElement().asString().endsWith(": " + failure);

    opensAs(new FakePort().then(new byte[6]));
    second.trouble = "it was joined on another interface";
    timers.held.remove().run();
    assertThat(nextLength()).isEqualTo(6);
    assertThat(timers.held).hasSize(1);
  }

  @Test
  void anInterfaceThatChangesIsJoinedAgain() throws Exception {
    FakePort first = new FakePort();
    first.follows = true;
    FakePort second = new FakePort();
    opensAs(first.then(new byte[1]));
    start();
    assertThat(nextLength()).isEqualTo(1);

    timers.held.remove().run(); // all is well, and the next look is planned
    assertThat(first.closed).isFalse();
    first.trouble = "it was joined on another interface";
    opensAs(second);
    timers.held.remove().run();
    second.then(new byte[5]);

    assertThat(nextLength()).isEqualTo(5);
    assertThat(first.closed).isTrue();
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "192.0.2.1:8271: receiving failed, trying again until it works:"
                + " it was joined on another interface");
    List<Runnable> planned = new ArrayList<>(timers.held);
    source.close();
    assertThat(planned).hasSize(1);
    assertThat(timers.held).isEmpty();
  }

  @Test
  void aGroupThatCantBeHeardIsSaidOnceAndTheSocketIsKept() throws Exception {
    FakePort port = new FakePort();
    port.follows = true;
    opensAs(port);
    start();
    port.deaf = "no network interface is named eth7";
    timers.held.remove().run();
    timers.held.remove().run();
    assertThat(metrics.snapshot().value("rgap_source_up")).isZero();
    assertThat(errors()).isEqualTo(1);
    port.then(new byte[7]);
    assertThat(nextLength()).isEqualTo(7);

    port.deaf = "";
    timers.held.remove().run();
    timers.held.remove().run();
    assertThat(metrics.snapshot().value("rgap_source_up")).isEqualTo(1);
    assertThat(port.closed).isFalse();
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "192.0.2.1:8271: the multicast group can't be heard at the moment, joining it again as"
                + " soon as that is possible: no network interface is named eth7");
    assertThat(log.lines(Level.INFO))
        .containsExactly("192.0.2.1:8271: the multicast group can be heard again");
  }

  @Test
  void aSocketThatIsToBeBoundToSomethingElseIsOpenedAgainWithoutAWord() throws Exception {
    FakePort first = new FakePort();
    first.follows = true;
    FakePort second = new FakePort();
    second.follows = true;
    FakePort third = new FakePort();
    pause =
        (ended, millis) -> {
          received.add(-2);
          return true;
        };
    opensAs(first);
    opensAs(second.then(new byte[2]));
    opensAs(third.then(new byte[3]));
    start();
    first.misplaced = true;
    timers.held.remove().run();
    assertThat(nextLength()).isEqualTo(2);
    assertThat(first.closed).isTrue();

    requireNonNull(second.reopen).run();
    assertThat(nextLength()).isEqualTo(3);
    assertThat(second.closed).isTrue();
    assertThat(errors()).isZero();
    assertThat(metrics.snapshot().value("rgap_source_up")).isEqualTo(1);
    assertThat(log.lines(Level.WARNING)).isEmpty();
    assertThat(log.lines(Level.INFO)).isEmpty();
  }
}
