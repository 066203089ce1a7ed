package dev.rgap.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.metrics.Metrics;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a loop makes of failures; no time passes but by the seam. */
@Timeout(60)
class ReceiveLoopTest {

  private static final String LOGGER = "dev.rgap.test.loop";

  /** A session at which a test puts in what arrives: a text, or what is thrown. */
  private final class FakeSession implements ReceiveLoop.Session {
    final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();
    volatile boolean closed;
    private String received = "";

    FakeSession then(Object arrival) {
      arrivals.add(arrival);
      return this;
    }

    @Override
    public void receive() throws IOException {
      try {
        received =
            switch (closed ? new IOException("closed") : arrivals.take()) {
              case IOException failure -> throw failure;
              case RuntimeException failure -> throw failure;
              case Error failure -> throw failure;
              case Object text -> text.toString();
            };
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // as a channel leaves it
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void handle() {
      handler.accept(received);
      handled.add(received);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      arrivals.add(new IOException("closed"));
      if (failsToClose) {
        throw new IOException("can't be closed");
      }
    }
  }

  private interface Handler {
    void accept(String text);
  }

  private volatile Handler handler = text -> {};
  private volatile boolean failsToClose;
  private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
  private final BlockingQueue<ReceiveLoop.Opener<FakeSession>> openings =
      new LinkedBlockingQueue<>();
  private final Queue<Long> pauses = new ConcurrentLinkedQueue<>();
  private volatile ReceiveLoop.Pause pause = (ended, millis) -> ended.getCount() == 0;
  private final ManualClock clock = new ManualClock();
  private final Metrics metrics = new Metrics();
  private final LogCapture log = LogCapture.of(LOGGER, Level.ALL);
  private final ReceiveLoop<FakeSession> loop =
      new ReceiveLoop<>(
          "here",
          System.getLogger(LOGGER),
          ReceiveLoop.Numbers.ofSource(metrics),
          (ended, millis) -> {
            pauses.add(millis);
            return pause.await(ended, millis);
          },
          clock);

  @AfterEach
  void end() {
    openings.add(() -> {
      throw new IOException("the test is over");
    });
    loop.close();
    log.close();
  }

  private void start(FakeSession first) throws IOException {
    loop.start(
        "loop",
        first,
        () -> {
          try {
            return openings.take().open();
          } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
          }
        });
  }

  private FakeSession opensAs(FakeSession session) {
    openings.add(() -> session);
    return session;
  }

  private String next() throws InterruptedException {
    String next = handled.poll(30, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private double number(String name) {
    return metrics.snapshot().value("rgap_source_" + name);
  }

  static List<Throwable> anything() {
    return List.of(
        new IOException("down"),
        new IllegalStateException("odd"),
        new OutOfMemoryError("as if"),
        new NoClassDefFoundError("missing"));
  }

  @ParameterizedTest
  @MethodSource("anything")
  void nothingThatReceivingThrowsEndsIt(Throwable failure) throws Exception {
    opensAs(new FakeSession().then("two"));
    start(new FakeSession().then("one").then(failure));

    assertThat(List.of(next(), next())).containsExactly("one", "two");
    assertThat(number("errors_total")).isEqualTo(1);
    assertThat(number("unhandled_total")).isZero();
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "here: receiving failed, trying again until it works: "
                + (failure instanceof IOException ? "down" : failure.toString()));
    assertThat(log.lines(Level.INFO)).containsExactly("here: receiving again");
  }

  @ParameterizedTest
  @MethodSource("anything")
  void nothingThatOpeningThrowsEndsIt(Throwable failure) throws Exception {
    openings.add(() -> {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw (IOException) failure;
    });
    opensAs(new FakeSession().then("two"));
    start(new FakeSession().then(new IOException("first")));

    assertThat(next()).isEqualTo("two");
    assertThat(number("errors_total")).isEqualTo(2);
    assertThat(log.lines(Level.WARNING)).hasSize(1);
  }

  @Test
  void whatHandlingThrowsIsLoggedOnceAndCostsNothingElse() throws Exception {
    handler =
        text -> {
          if (text.startsWith("bad")) {
            if (text.endsWith("error")) {
              throw new NoClassDefFoundError("missing");
            }
            throw new IllegalStateException("bug");
          }
        };
    FakeSession session = new FakeSession();
    start(session.then("bad").then("bad error").then("bad").then("good"));

    assertThat(next()).isEqualTo("good");
    assertThat(session.closed).isFalse();
    assertThat(number("errors_total")).isZero();
    assertThat(number("unhandled_total")).isEqualTo(3);
    assertThat(number("up")).isEqualTo(1);
    assertThat(log.linesWithCause(Level.ERROR))
        .containsExactly(
            "here: a datagram could not be processed; going on: java.lang.IllegalStateException:"
                + " bug");
  }

  @Test
  void pausesDoubleUntilSomethingArrives() throws Exception {
    FakeSession last = new FakeSession().then("two");
    for (int i = 0; i < 7; i++) {
      openings.add(() -> {
        throw new IOException("still down");
      });
    }
    opensAs(last);
    opensAs(new FakeSession().then("three"));
    start(new FakeSession().then("one").then(new IOException("down")));
    assertThat(List.of(next(), next())).containsExactly("one", "two");

    assertThat(pauses).containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
    last.then(new IOException("down again"));
    assertThat(next()).isEqualTo("three");
    assertThat(pauses).last().isEqualTo(50L);
    assertThat(number("errors_total")).isEqualTo(9);
    assertThat(log.lines(Level.WARNING)).hasSize(2);
  }

  @Test
  void whatIsLostAndBackAgainAndAgainSaysSoOnceAMinute() throws Exception {
    for (int i = 0; i < 20; i++) {
      opensAs(new FakeSession().then("again").then(new IOException("down")));
    }
    CountDownLatch later = new CountDownLatch(1);
    opensAs(new FakeSession().then("last"));
    handler =
        text -> {
          if (text.equals("last")) {
            later.countDown();
          }
        };
    FakeSession end = opensAs(new FakeSession().then("end"));
    start(new FakeSession().then(new IOException("down")));
    later.await();

    assertThat(log.lines(Level.WARNING)).hasSize(5);
    assertThat(log.lines(Level.INFO)).hasSize(5);
    assertThat(number("errors_total")).isEqualTo(21);
    clock.advance(Duration.ofMinutes(1));
    FakeSession current = requireNonNull(loop.session());
    current.then(new IOException("down for once"));
    while (!next().equals("end")) {
      assertThat(end.closed).isFalse();
    }
    assertThat(log.lines(Level.WARNING)).hasSize(6).last().asString().endsWith("down for once");
    assertThat(log.lines(Level.INFO)).hasSize(6);
  }

  @Test
  void aSessionThatOpensButReceivesNothingIsStillDown() throws Exception {
    CountDownLatch opened = new CountDownLatch(1);
    FakeSession second = new FakeSession();
    openings.add(() -> {
      opened.countDown();
      return second;
    });
    start(new FakeSession().then("one").then(new IOException("down")));
    assertThat(next()).isEqualTo("one");
    opened.await();

    assertThat(number("up")).isZero();
    assertThat(log.lines(Level.INFO)).isEmpty();
    second.then("two");
    assertThat(next()).isEqualTo("two");
    assertThat(number("up")).isEqualTo(1);
    loop.close();
    assertThat(number("up")).isZero();
  }

  @Test
  void whoKnowsBetterCanHaveASessionOpenedAnew() throws Exception {
    FakeSession first = new FakeSession().then("one");
    FakeSession second = opensAs(new FakeSession());
    start(first);
    assertThat(next()).isEqualTo("one");
    loop.interrupt(first, "its interface is gone");
    second.then("two");

    assertThat(next()).isEqualTo("two");
    assertThat(first.closed).isTrue();
    loop.interrupt(first, "its interface is gone"); // which is known
    assertThat(second.closed).isFalse();
    assertThat(loop.session()).isSameAs(second);
    assertThat(log.lines(Level.WARNING))
        .containsExactly(
            "here: receiving failed, trying again until it works: its interface is gone");
    opensAs(new FakeSession().then("three"));
    second.then(new IOException("another reason"));
    assertThat(next()).isEqualTo("three");
    assertThat(log.lines(Level.WARNING)).last().asString().endsWith(": another reason");
  }

  @Test
  void aThreadThatIsInterruptedGoesOn() throws Exception {
    List<Thread> reader = new ArrayList<>();
    handler =
        text -> {
          reader.add(Thread.currentThread());
          Thread.currentThread().interrupt();
        };
    pause =
        (ended, millis) -> {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          return ended.getCount() == 0;
        };
    opensAs(new FakeSession().then("two").then("not taken: interrupted"));
    opensAs(new FakeSession().then("three"));
    start(new FakeSession().then("one"));

    assertThat(List.of(next(), next(), next())).containsExactly("one", "two", "three");
    assertThat(reader).hasSize(3).containsOnly(reader.getFirst());
  }

  @Test
  void aSessionThatCantBeClosedIsReplacedAllTheSame() throws Exception {
    failsToClose = true;
    opensAs(new FakeSession().then("two"));
    start(new FakeSession().then(new IOException("down")));

    assertThat(next()).isEqualTo("two");
    assertThat(log.linesWithCause(Level.DEBUG))
        .containsExactly("here: closing the socket failed: java.io.IOException: can't be closed");
  }

  @Test
  void aClosedLoopTakesNothingIn() throws Exception {
    loop.close();
    FakeSession late = new FakeSession();

    assertThatThrownBy(() -> start(late)).isInstanceOf(IOException.class);
    assertThat(late.closed).isTrue();
  }

  @Test
  void closingWaitsForWhatIsBeingHandled() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    handler =
        text -> {
          handling.countDown();
          awaitQuietly(goOn);
        };
    FakeSession session = new FakeSession().then("one").then("two");
    start(session);
    handling.await();
    Thread closer = new Thread(loop::close);
    closer.start();
    while (!session.closed) {
      Thread.onSpinWait();
    }

    assertThat(closer.isAlive()).isTrue();
    goOn.countDown();
    closer.join();
    assertThat(handled).containsExactly("one");
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
