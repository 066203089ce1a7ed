package dev.rgap.cli.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImpairmentTest {

  private static final int MADE = 10_000;

  /** The numbers of the datagrams, as they arrive. */
  private final List<Integer> arrived = new ArrayList<>();

  private Impairment.Counts send(Impairment.Odds odds, long seed) {
    arrived.clear();
    Impairment network =
        new Impairment(
            odds,
            seed,
            (datagram, length) -> arrived.add(ByteBuffer.wrap(datagram, 0, length).getInt()));
    ByteBuffer datagram = ByteBuffer.allocate(66);
    for (int i = 0; i < MADE; i++) {
      network.send(datagram.putInt(0, i).array(), 66);
    }
    network.flush();
    return network.counts();
  }

  private static List<Integer> all() {
    return IntStream.range(0, MADE).boxed().toList();
  }

  @Test
  void noneChangesNothing() {
    assertThat(send(Impairment.Odds.NONE, 1)).isEqualTo(new Impairment.Counts(MADE, 0, 0, 0, 0));
    assertThat(arrived).isEqualTo(all());
  }

  @Test
  void lostOnesAreNotSent() {
    Impairment.Counts counts = send(new Impairment.Odds(0.1, 0, 0), 1);

    assertThat(counts.lost()).isBetween(900L, 1_100L);
    assertThat(counts)
        .isEqualTo(new Impairment.Counts(MADE - counts.lost(), counts.lost(), 0, 0, 0));
    assertThat(arrived).hasSize((int) counts.sent()).isSorted().doesNotHaveDuplicates();

    assertThat(send(new Impairment.Odds(1, 0.5, 0.5), 1))
        .isEqualTo(new Impairment.Counts(0, MADE, 0, 0, 0));
    assertThat(arrived).isEmpty();
  }

  @Test
  void duplicatesFollowAtOnce() {
    Impairment.Counts counts = send(new Impairment.Odds(0, 0.1, 0), 1);

    assertThat(counts.duplicated()).isBetween(900L, 1_100L);
    assertThat(counts)
        .isEqualTo(new Impairment.Counts(MADE + counts.duplicated(), 0, counts.duplicated(), 0, 0));
    assertThat(arrived).hasSize((int) counts.sent()).isSorted();
    assertThat(new HashSet<>(arrived)).hasSize(MADE);
  }

  @Test
  void reorderedOnesAreOvertakenByAFew() {
    Impairment.Counts counts = send(new Impairment.Odds(0, 0, 0.1), 1);

    assertThat(counts.reordered()).isBetween(900L, 1_100L);
    assertThat(counts).isEqualTo(new Impairment.Counts(MADE, 0, 0, counts.reordered(), 0));
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(all());
    int overtaken = 0;
    int greatest = 0;
    for (int number : arrived) {
      assertThat(greatest - number).isLessThanOrEqualTo(Impairment.MAX_OVERTAKING);
      overtaken += number < greatest ? 1 : 0;
      greatest = Math.max(greatest, number);
    }
    // Of those that wait for few turns, the followers sometimes wait, too.
    assertThat(overtaken).isBetween((int) counts.reordered() * 95 / 100, (int) counts.reordered());
  }

  @Test
  void theLastOnesHeldBackAreSentAtTheEnd() {
    assertThat(send(new Impairment.Odds(0, 0, 1), 1))
        .isEqualTo(new Impairment.Counts(MADE, 0, 0, MADE, 0));
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(all());
  }

  @Test
  void oneThatIsSentTwiceAndHeldBackArrivesBothNowAndLate() {
    assertThat(send(new Impairment.Odds(0, 1, 1), 1))
        .isEqualTo(new Impairment.Counts(2 * MADE, 0, MADE, MADE, 0));
    assertThat(arrived.stream().distinct()).isEqualTo(all());
    assertThat(all())
        .allMatch(number ->
            Collections.frequency(
                    arrived.subList(
                        Math.max(0, 2 * number - 66), Math.min(2 * MADE, 2 * number + 66)),
                    number)
                == 2);
  }

  @Test
  void theSeedDecides() {
    Impairment.Odds odds = new Impairment.Odds(0.1, 0.2, 0.3);
    Impairment.Counts counts = send(odds, 1);
    List<Integer> first = List.copyOf(arrived);

    assertThat(send(odds, 1)).isEqualTo(counts);
    assertThat(arrived).isEqualTo(first);
    assertThat(counts.sent() - counts.duplicated() + counts.lost()).isEqualTo(MADE);
    send(odds, 2);
    assertThat(arrived).isNotEqualTo(first);
  }

  @Test
  void errorsAreCounted() {
    int[] calls = {0};
    Impairment network =
        new Impairment(
            Impairment.Odds.NONE,
            1,
            (datagram, length) -> {
              if (calls[0]++ % 2 == 1) {
                throw calls[0] % 4 == 0
                    ? new PortUnreachableException()
                    : new IOException("Network is unreachable");
              }
            });
    for (int i = 0; i < 5; i++) {
      network.send(new byte[66], 66);
    }

    assertThat(network.counts()).isEqualTo(new Impairment.Counts(3, 0, 0, 0, 2));
  }

  @Test
  void sumsUp() {
    Impairment.Counts counts = new Impairment.Counts(123_456, 1, 22, 333, 4_444);

    assertThat(counts.summary(Duration.ofMillis(1_500)))
        .isEqualTo(
            "sent 123456 (lost 1, duplicated 22, reordered 333, errors 4444) in 1.500 s, 82304/s");
    assertThat(new Impairment.Counts(0, 0, 0, 0, 0).summary(Duration.ZERO))
        .isEqualTo("sent 0 (lost 0, duplicated 0, reordered 0, errors 0) in 0.000 s, 0/s");
  }
}
