package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.outputs.SwitchedMembership;
import dev.rgap.outputs.dns.GroupAnswers.Rendered;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.Datagrams;
import dev.rgap.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When answers are made anew, and which they are. */
class GroupAnswersTest {

  private static final PreSharedKey KEY = PreSharedKey.parseHex("00".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(60);
  private static final IpAddress OLD = IpAddress.parse("10.0.0.1");
  private static final IpAddress NEW = IpAddress.parse("10.0.0.2");

  private final ManualClock clock = new ManualClock();
  private final SwitchedMembership membership =
      new SwitchedMembership(live(GroupConfig.of(GROUP, KEY, EXPIRE)), clock);

  private LiveMembership live(GroupConfig... groups) {
    return new LiveMembership(List.of(groups), clock.scheduler());
  }

  private GroupAnswers answers(String... fallbacks) {
    DnsConfig config =
        new TestConfig().map("w.example.com", GROUP, fallbacks).fallbackTtl(7).build();
    return new GroupAnswers(
        config.mappings().getFirst(), config, Optional.empty(), membership, clock);
  }

  private void join(IpAddress address) {
    long now = clock.epochMicros();
    Datagrams.accept(membership.live(), GROUP, address, now, now);
  }

  /** Its versions begin anew: so the same version may stand for other members. */
  @Test
  void aGroupThatIsMadeAnewIsAnotherOne() {
    GroupAnswers answers = answers();
    join(OLD);
    Rendered before = answers.current();
    assertThat(before.addresses).containsExactly(OLD);
    assertThat(answers.current()).isSameAs(before);

    membership.switchTo(live(GroupConfig.of(GROUP, KEY, EXPIRE)));
    join(NEW);
    assertThat(membership.snapshot(GROUP).version()).isEqualTo(before.snapshot.version());
    assertThat(answers.current().addresses).containsExactly(NEW);
  }

  @Test
  void aGroupThatIsTakenAwayIsEmpty() {
    GroupAnswers answers = answers("192.0.2.2", "192.0.2.1", "192.0.2.2");
    join(OLD);
    assertThat(answers.current().fallback).isFalse();
    membership.switchTo(live());

    Rendered fallbacks = answers.current();
    assertThat(fallbacks.fallback).isTrue();
    assertThat(fallbacks.addresses)
        .as("sorted, each once")
        .containsExactly(IpAddress.parse("192.0.2.1"), IpAddress.parse("192.0.2.2"));
    assertThat(answers.ttl(fallbacks)).isEqualTo(7);
    clock.advance(EXPIRE);
    assertThat(answers.current()).as("not made anew for each query").isSameAs(fallbacks);
  }

  /** Who holds an answer of it, such as one that was looked up just before, holds it shortly. */
  @Test
  void anEmptyGroupWithoutFallbacksHasTheirTtl() {
    GroupAnswers answers = answers();

    Rendered nothing = answers.current();
    assertThat(nothing.fallback).isFalse();
    assertThat(nothing.addresses).isEmpty();
    assertThat(answers.ttl(nothing)).isEqualTo(7);
    clock.advance(EXPIRE);
    assertThat(answers.current()).isSameAs(nothing);
  }
}
