package dev.rgap.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GraceTest {

  private static final long EXPIRE = 60;
  private static final long FULL = 40;

  private final Grace grace = new Grace();

  private void paused(long from, long to) {
    grace.paused(from, to, EXPIRE, FULL);
  }

  @Test
  void withoutAPauseTimeIsWhatItIs() {
    assertThat(grace.isActive(5)).isFalse();
    assertThat(grace.judging(5)).isEqualTo(5);
    assertThat(grace.leaving(3, 5)).isEqualTo(3);
  }

  @Test
  void aShortPauseIsFollowedByAsMuchGrace() {
    paused(100, 110);
    assertThat(grace.judging(110)).as("who was due before it leaves").isEqualTo(100);
    assertThat(grace.judging(119)).isEqualTo(100);
    assertThat(grace.judging(120)).isEqualTo(120);
    assertThat(grace.judging(121)).isEqualTo(121);
  }

  @Test
  void whoLeavesWhen() {
    paused(100, 110);
    assertThat(grace.leaving(99, 110)).isEqualTo(99);
    assertThat(grace.leaving(100, 110)).isEqualTo(100);
    assertThat(grace.leaving(101, 110)).isEqualTo(120);
    assertThat(grace.leaving(119, 110)).isEqualTo(120);
    assertThat(grace.leaving(121, 110)).isEqualTo(121);
    assertThat(grace.leaving(101, 120)).isEqualTo(101);
  }

  @Test
  void noGraceIsLongerThanAFreshListenerWouldWait() {
    paused(100, 150);
    assertThat(grace.isActive(189)).isTrue();
    assertThat(grace.isActive(190)).isFalse();
  }

  @Test
  void aFreshListenersTimeMayBeLongerThanAnAnnouncementsLife() {
    grace.paused(100, 159, EXPIRE, 500);
    assertThat(grace.isActive(217)).isTrue();
    assertThat(grace.isActive(218)).isFalse();
    grace.paused(300, 360, EXPIRE, 500);
    assertThat(grace.isActive(859)).isTrue();
    assertThat(grace.isActive(860)).isFalse();
  }

  @Test
  void aPauseWithinAGraceCutsNothingOfIt() {
    paused(100, 130); // until 160
    paused(140, 145); // 20 were left
    assertThat(grace.isActive(164)).isTrue();
    assertThat(grace.isActive(165)).isFalse();
  }

  @Test
  void whoWasNotHeardForAWholeGraceLeavesThoughThereAreAlwaysPauses() {
    paused(0, 100);
    long now = 100;
    for (int i = 0; i < 4; i++) {
      assertThat(grace.judging(now)).isZero();
      now += 10;
      paused(now, now + 100);
      now += 100;
    }
    assertThat(grace.judging(now)).as("who was due when it listened again").isEqualTo(100);
    for (int i = 0; i < 3; i++) {
      now += 10;
      paused(now, now + 100);
      now += 100;
      assertThat(grace.judging(now)).isEqualTo(100);
    }
    now += 10;
    paused(now, now + 100);
    assertThat(grace.judging(now + 100)).isEqualTo(540);
  }
}
