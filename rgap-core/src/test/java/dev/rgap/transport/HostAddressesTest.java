package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A name whose look-ups take as long as the test wants, and find what it wants. */
@Timeout(60)
class HostAddressesTest {

  private static final String NAME = "listeners.example";

  private final ManualClock clock = new ManualClock();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
  private final AtomicInteger atATime = new AtomicInteger();
  private final HostAddresses name = new HostAddresses(NAME, this::resolve, clock);

  private InetAddress[] resolve(String asked) throws UnknownHostException {
    assertThat(asked).isEqualTo(NAME);
    begun.add(atATime.incrementAndGet());
    try {
      String[] words = answers.take().split(" ", -1);
      if (words[0].equals("fail")) {
        throw new UnknownHostException(NAME + ": Temporary failure in name resolution");
      }
      if (words[0].equals("break")) {
        throw new IllegalStateException("odd");
      }
      InetAddress[] found = new InetAddress[words.length];
      for (int i = 0; i < found.length; i++) {
        found[i] = InetAddress.getByName(words[i]);
      }
      return found;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      atATime.decrementAndGet();
    }
  }

  private boolean prepare() {
    return name.prepare(() -> told.add("found"));
  }

  /** A look-up that ends before this returns; nobody is told unless it is waited for. */
  private void lookUp(String answer) throws InterruptedException {
    prepare();
    begun.take();
    answers.add(answer);
    awaitEnd();
  }

  /** Waits until the next look-up can begin, without beginning it. */
  private void awaitEnd() throws InterruptedException {
    synchronized (name) {
      while (name.isUnderWay()) {
        name.wait();
      }
    }
  }

  private String addresses() throws IOException {
    StringBuilder list = new StringBuilder();
    for (InetAddress each : name.addresses(Duration.ZERO)) {
      list.append(list.isEmpty() ? "" : " ").append(each.getHostAddress());
    }
    return list.toString();
  }

  @Test
  void theFirstLookUpIsNotWaitedForAndTellsWhenItHasEnded() throws Exception {
    assertThat(prepare()).isFalse();
    begun.take();
    assertThat(prepare()).as("still under way").isFalse();
    answers.add("192.0.2.1 2001:db8::1");

    assertThat(told.take()).isEqualTo("found");
    assertThat(addresses()).isEqualTo("192.0.2.1 2001:db8:0:0:0:0:0:1");
  }

  @Test
  void whoFailsWhenToldEndsNoLookUp() throws Exception {
    try (LogCapture log = LogCapture.of(HostAddresses.class.getName(), Level.ERROR)) {
      for (int i = 1; i <= 3; i++) {
        name.prepare(() -> {
          throw new NoClassDefFoundError("missing");
        });
        begun.take();
        answers.add("192.0.2." + i);
        awaitEnd();
      }
      lookUp("192.0.2.4");

      assertThat(addresses()).isEqualTo("192.0.2.4");
      assertThat(log.lines())
          .containsExactly("who waits for the addresses of " + NAME + " has failed; going on");
    }
  }

  @Test
  void thereIsNeverMoreThanOneLookUpUnderWay() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(prepare()).isFalse();
    }
    assertThat(begun.take()).isEqualTo(1);
    answers.add("192.0.2.1");
    told.take();
    for (int i = 0; i < 5; i++) {
      assertThat(prepare()).isTrue();
    }
    assertThat(begun.take()).isEqualTo(1);
    answers.add("192.0.2.1");
    awaitEnd();
    assertThat(begun).as("five who asked meanwhile").isEmpty();
  }

  @Test
  void whileALookUpTakesLongTheOldAddressesAreUsedAndItIsSaidOnce() throws Exception {
    lookUp("192.0.2.1 192.0.2.2");
    told.take();
    try (LogCapture log = LogCapture.of(HostAddresses.class.getName())) {
      assertThat(prepare()).isTrue();
      begun.take();
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofSeconds(5));
        assertThat(prepare()).isTrue();
        assertThat(addresses()).isEqualTo("192.0.2.1 192.0.2.2");
      }
      answers.add("192.0.2.1 192.0.2.2");
      awaitEnd();
      assertThat(log.lines(Level.WARNING))
          .containsExactly(
              "looking up listeners.example takes long; sending to the addresses that are known:"
                  + " 192.0.2.1, 192.0.2.2");

      // Another slow one: nothing new.
      assertThat(prepare()).isTrue();
      begun.take();
      clock.advance(Duration.ofSeconds(5));
      assertThat(prepare()).isTrue();
      answers.add("192.0.2.1");
      awaitEnd();
      assertThat(log.lines()).hasSize(1);

      lookUp("192.0.2.1");
      assertThat(log.lines(Level.INFO)).containsExactly("listeners.example is looked up again");
      assertThat(told).isEmpty();
    }
  }

  @Test
  void whileLookUpsFailTheOldAddressesAreUsedAndItIsSaidOnce() throws Exception {
    lookUp("192.0.2.1");
    told.take();
    try (LogCapture log = LogCapture.of(HostAddresses.class.getName())) {
      lookUp("fail");
      lookUp("break");
      lookUp("fail");
      assertThat(addresses()).isEqualTo("192.0.2.1");
      assertThat(log.lines())
          .containsExactly(
              "listeners.example can't be looked up (listeners.example: Temporary failure in name"
                  + " resolution); sending to the addresses that were known last: 192.0.2.1");
      lookUp("192.0.2.1");
      lookUp("192.0.2.1");
      assertThat(log.lines(Level.INFO)).containsExactly("listeners.example is looked up again");
      lookUp("fail");
      assertThat(log.lines(Level.WARNING)).hasSize(2);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void newAddressesAreToldOfAtOnceAndTheirOrderMeansNothing() throws Exception {
    lookUp("192.0.2.1 192.0.2.2");
    assertThat(told.take()).isEqualTo("found");
    lookUp("192.0.2.2 192.0.2.1");
    lookUp("192.0.2.2");
    assertThat(told).isEmpty();
    assertThat(addresses()).isEqualTo("192.0.2.2");
    lookUp("192.0.2.3 192.0.2.2");
    assertThat(told.take()).isEqualTo("found");
    assertThat(addresses()).isEqualTo("192.0.2.3 192.0.2.2");
  }

  @Test
  void aFirstLookUpThatFailsIsToldOfAndItsReasonIsKept() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(prepare()).isFalse();
      begun.take();
      answers.add("fail");
      assertThat(told.take()).isEqualTo("found");
      assertThatThrownBy(this::addresses)
          .isInstanceOf(UnknownHostException.class)
          .hasMessage(NAME + ": Temporary failure in name resolution");
    }
    assertThat(prepare()).isFalse();
    begun.take();
    answers.add("break");
    told.take();
    assertThatThrownBy(this::addresses)
        .isInstanceOf(IOException.class)
        .hasMessage("looking up " + NAME + ": java.lang.IllegalStateException: odd");
  }

  @Test
  void whoDoesNotPrepareWaitsForEachLookUp() throws Exception {
    answers.add("192.0.2.1");
    answers.add("192.0.2.2");
    answers.add("fail");
    assertThat(addresses()).isEqualTo("192.0.2.1");
    assertThat(addresses()).isEqualTo("192.0.2.2");
    assertThat(addresses()).as("kept").isEqualTo("192.0.2.2");
    assertThat(name.addresses(Duration.ofMillis(1))).as("kept").hasSize(1);
    assertThat(begun).hasSizeLessThanOrEqualTo(4);
    answers.add("192.0.2.3");
  }

  @Test
  void aLookUpWithoutPreparationIsBounded() {
    assertThatThrownBy(() -> name.addresses(Duration.ofMillis(1)))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("looking up the host took longer than 1ms");
    answers.add("192.0.2.3");
  }
}
