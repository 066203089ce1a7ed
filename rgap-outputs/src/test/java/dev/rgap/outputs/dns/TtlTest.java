package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.ttls;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Guard;
import dev.rgap.membership.LiveMembership;
import dev.rgap.membership.Member;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** How long answers may be kept. */
class TtlTest {

  private static final String NAME = "worker.example.com";
  private static final IpAddress FIRST = IpAddress.parse("10.0.0.1");
  private static final IpAddress SECOND = IpAddress.parse("10.0.0.2");

  private final TestServer server = new TestServer(config());

  private static TestConfig config() {
    return new TestConfig().map(NAME, GROUP, "192.0.2.9");
  }

  private static long ttl(TestServer asked) {
    assertThat(ttls(asked.ask(NAME, Type.A))).as("one TTL for all").hasSize(1);
    return ttls(asked.ask(NAME, Type.A)).getFirst();
  }

  @Test
  void itIsTheLifeOfTheMemberThatLeavesFirst() {
    server.join(GROUP, FIRST, Duration.ofSeconds(50));
    assertThat(ttl(server)).isEqualTo(50);
    server.join(GROUP, SECOND, Duration.ofSeconds(20));
    assertThat(ttl(server)).isEqualTo(20);
    server.join(GROUP, IpAddress.parse("10.0.0.3"), Duration.ofSeconds(55));
    assertThat(ttl(server)).isEqualTo(20);
  }

  @Test
  void itDecreasesWithTime() {
    server.join(GROUP, FIRST, Duration.ofSeconds(20));
    server.join(GROUP, SECOND, Duration.ofSeconds(40));
    for (int left = 20; left > 0; left--) {
      assertThat(ttl(server)).isEqualTo(left);
      server.advance(Duration.ofSeconds(1));
    }
    assertThat(server.ask(NAME, Type.A).getSection(Section.ANSWER)).hasSize(1);
    assertThat(ttl(server)).isEqualTo(20);
  }

  @Test
  void itNeverOutlivesTheMember() {
    server.join(GROUP, FIRST, Duration.ofMillis(5_900));
    assertThat(ttl(server)).isEqualTo(5);
    server.advance(Duration.ofMillis(900));
    assertThat(ttl(server)).isEqualTo(5);
    server.advance(Duration.ofMillis(1));
    assertThat(ttl(server)).isEqualTo(4);
  }

  @Test
  void itIsAtLeastOneSecond() {
    server.join(GROUP, FIRST, Duration.ofMillis(1_500));
    assertThat(ttl(server)).isEqualTo(1);
    server.advance(Duration.ofMillis(1_499));
    assertThat(ttl(server)).isEqualTo(1);
  }

  @Test
  void itIsOneSecondWhileAMemberIsHeld() {
    server.membership.replace(
        requireNonNull(server.membership.find(GROUP.bits())).config().withGuard(Guard.DEFAULT));
    server.join(GROUP, "10.0.0.1");
    server.advance(Duration.ofSeconds(40));
    assertThat(ttl(server)).isEqualTo(20);
    server.advance(Duration.ofSeconds(40));
    assertThat(server.ask(NAME, Type.A).getSection(Section.ANSWER)).hasSize(1);
    assertThat(ttl(server)).isEqualTo(1);
    server.join(GROUP, "10.0.0.2");
    assertThat(server.ask(NAME, Type.A).getSection(Section.ANSWER)).hasSize(2);
    assertThat(ttl(server)).isEqualTo(1);
    server.join(GROUP, "10.0.0.1");
    server.advance(Duration.ofMillis(250));
    assertThat(ttl(server)).isEqualTo(59);
  }

  @Test
  void aRefreshProlongsIt() {
    server.join(GROUP, "10.0.0.1");
    server.advance(Duration.ofSeconds(40));
    assertThat(ttl(server)).isEqualTo(20);
    server.join(GROUP, "10.0.0.1");
    // It is looked up a few times a second only; until then it is shorter than it might be.
    assertThat(ttl(server)).isIn(20L, 60L);
    server.advance(Duration.ofMillis(250));
    assertThat(ttl(server)).isEqualTo(59);
  }

  @Test
  void itHoldsForLongAfterTheLastQuery() {
    server.join(GROUP, "10.0.0.1");
    assertThat(ttl(server)).isEqualTo(60);
    for (int i = 0; i < 100; i++) {
      server.advance(Duration.ofSeconds(10));
      server.join(GROUP, "10.0.0.1");
    }
    assertThat(ttl(server)).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 10", "59, 59", "60, 60", "3600, 60"})
  void itCanBeCapped(int cap, int expected) {
    TestServer capped = new TestServer(config().maxTtl(cap)).join(GROUP, "10.0.0.1");

    assertThat(ttl(capped)).isEqualTo(expected);
    capped.advance(Duration.ofSeconds(58));
    assertThat(ttl(capped)).isEqualTo(Math.min(cap, 2));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "30"})
  void fallbacksHaveOneOfTheirOwn(int seconds) {
    TestServer falling = new TestServer(config().fallbackTtl(seconds).maxTtl(10));
    assertThat(ttl(falling)).isEqualTo(seconds);
    falling.advance(Duration.ofSeconds(100));
    assertThat(ttl(falling)).isEqualTo(seconds);
    falling.join(GROUP, "10.0.0.1");
    assertThat(ttl(falling)).isEqualTo(10);
    falling.advance(TestServer.EXPIRE);
    assertThat(ttl(falling)).isEqualTo(seconds);
  }

  /** That of the mapping goes for all of its records, and never beyond the life of a member. */
  @Test
  void aNameMayHaveOneOfItsOwn() {
    TestServer own =
        new TestServer(
            config()
                .ownTtl(20)
                .map("other.example.com", GROUP)
                .service("_http._tcp.other.example.com", GROUP, 80)
                .ownTtl(30)
                .fallbackTtl(1)
                .maxTtl(10));
    assertThat(ttl(own)).as("of fallbacks").isEqualTo(20);
    own.join(GROUP, "10.0.0.1");
    assertThat(ttl(own)).as("above the cap of all names").isEqualTo(20);
    assertThat(ttls(own.ask("other.example.com", Type.A))).containsExactly(10L);
    Message services = own.ask("_http._tcp.other.example.com", Type.SRV);
    assertThat(ttls(services)).containsExactly(30L);
    assertThat(services.getSection(Section.ADDITIONAL).getFirst().getTTL()).isEqualTo(30);
    assertThat(ttls(own.ask("ip-10-0-0-1.other.example.com", Type.A))).containsExactly(30L);

    own.advance(Duration.ofSeconds(45));
    assertThat(ttl(own)).as("the member has less to live").isEqualTo(15);
    assertThat(ttls(own.ask("_http._tcp.other.example.com", Type.SRV))).containsExactly(15L);
  }

  @Test
  void largeGroupsHaveOneTtlToo() {
    TestServer large = new TestServer(config()).joinMany(GROUP, 3_000);
    large.join(GROUP, IpAddress.parse("192.0.2.1"), Duration.ofSeconds(33));

    assertThat(ttls(large.askTcp(TestQuery.of(NAME, Type.A)))).containsExactly(33L);
    large.advance(Duration.ofSeconds(3));
    assertThat(ttls(large.ask(NAME, Type.A))).containsExactly(30L);
  }

  @Test
  void bothFamiliesHaveTheSame() {
    server.join(GROUP, FIRST, Duration.ofSeconds(20));
    server.join(GROUP, "2001:db8::1");

    assertThat(ttls(server.ask(NAME, Type.AAAA))).containsExactly(20L);
  }

  @Test
  void negativeAnswersHaveTheZones() {
    TestServer zoned =
        new TestServer(
            config().negativeTtl(3).zone("example.com", "ns.example.com").map("other.org", GROUP));
    SOARecord inZone =
        (SOARecord) zoned.ask("x.example.com", Type.A).getSection(Section.AUTHORITY).getFirst();
    assertThat(inZone.getTTL()).isEqualTo(7);
    assertThat(inZone.getMinimum()).isEqualTo(7);
    SOARecord own =
        (SOARecord) zoned.ask("x.other.org", Type.A).getSection(Section.AUTHORITY).getFirst();
    assertThat(own.getTTL()).isEqualTo(3);
    assertThat(own.getMinimum()).isEqualTo(3);
  }

  private static void assertNegativeTtl(TestServer asked, String name, int type, long ttl) {
    Message answer = asked.ask(name, type);
    assertThat(ttls(answer)).as("%s is negative", name).isEmpty();
    SOARecord soa = (SOARecord) answer.getSection(Section.AUTHORITY).getFirst();
    // A resolver takes the smaller one (RFC 2308 section 5).
    assertThat(soa.getTTL()).as(name).isEqualTo(ttl);
    assertThat(soa.getMinimum()).as(name).isEqualTo(ttl);
  }

  @Test
  void negativeAnswersMayHaveTheNamesOwn() {
    TestServer zoned =
        new TestServer(
            new TestConfig()
                .zone("example.com", "ns.example.net")
                .map("shorter.example.com", GROUP)
                .ownNegativeTtl(1)
                .map("longer.example.com", GROUP)
                .ownNegativeTtl(3_600)
                .map("other.shorter.example.com", GROUP)
                .map("*.wild.example.com", GROUP)
                .ownNegativeTtl(2)
                .map("plain.example.com", GROUP)
                .service("_http._tcp.plain.example.com", GROUP, 80)
                .ownNegativeTtl(4));
    assertNegativeTtl(zoned, "shorter.example.com", Type.AAAA, 1);
    assertNegativeTtl(zoned, "x.y.shorter.example.com", Type.A, 1);
    assertNegativeTtl(zoned, "longer.example.com", Type.A, 3_600);
    assertNegativeTtl(zoned, "x.wild.example.com", Type.A, 2);
    assertNegativeTtl(zoned, "_http._tcp.plain.example.com", Type.SRV, 4);
    assertNegativeTtl(zoned, "plain.example.com", Type.A, 7);
    assertNegativeTtl(zoned, "other.shorter.example.com", Type.A, 7);
    assertNegativeTtl(zoned, "x.example.com", Type.A, 7);
    assertNegativeTtl(zoned, "example.com", Type.A, 7);
    assertThat(zoned.ask("example.com", Type.SOA).getSection(Section.ANSWER).getFirst().getTTL())
        .isEqualTo(7);
  }

  @Test
  void aNameThatIsAZoneHasItsOwnNegativeTtlThere() {
    TestServer zoneless =
        new TestServer(
            new TestConfig()
                .service("_http._tcp." + NAME, GROUP, 80)
                .ownNegativeTtl(8)
                .map(NAME, GROUP)
                .ownNegativeTtl(9)
                .map("other.example.com", GROUP)
                .negativeTtl(3));
    assertNegativeTtl(zoneless, NAME, Type.A, 9);
    assertNegativeTtl(zoneless, "x." + NAME, Type.A, 9);
    assertNegativeTtl(zoneless, "_http._tcp." + NAME, Type.A, 8);
    assertNegativeTtl(zoneless, "other.example.com", Type.A, 3);
    assertThat(zoneless.ask(NAME, Type.SOA).getSection(Section.ANSWER).getFirst().getTTL())
        .isEqualTo(9);
  }

  /** The membership may change while an answer is made: its TTL must not be another state's. */
  @Test
  void theLifeOfOthersSaysNothing() {
    LiveMembership live = server.membership;
    server.join(GROUP, FIRST, Duration.ofSeconds(5));
    Membership changing = new ChangingMembership(live, () -> server.advance(Duration.ofSeconds(6)));
    DnsConfig config = config().build();
    GroupAnswers answers =
        new GroupAnswers(
            config.mappings().getFirst(), config, Optional.empty(), changing, server.clock);

    GroupAnswers.Rendered current = answers.current();
    assertThat(current.addresses).containsExactly(FIRST);
    assertThat(answers.ttl(current)).as("of a member that has just left").isEqualTo(1);
    assertThat(answers.current().addresses).containsExactly(IpAddress.parse("192.0.2.9"));
  }

  /** Something happens right before the life of members is looked up for the first time. */
  private static final class ChangingMembership implements Membership {
    private final Membership membership;
    private Runnable change;

    ChangingMembership(Membership membership, Runnable change) {
      this.membership = membership;
      this.change = change;
    }

    @Override
    public List<GroupId> groups() {
      return membership.groups();
    }

    @Override
    public GroupSnapshot snapshot(GroupId group) {
      return membership.snapshot(group);
    }

    @Override
    public List<Member> members(GroupId group) {
      return membership.members(group);
    }

    @Override
    public long remainingNanos(GroupId group) {
      change.run();
      change = () -> {};
      return membership.remainingNanos(group);
    }

    @Override
    public Subscription subscribe(
        Set<GroupId> groups, Executor executor, Consumer<? super MembershipEvent> subscriber) {
      return membership.subscribe(groups, executor, subscriber);
    }

    @Override
    public Subscription subscribeAll(
        Executor executor, Consumer<? super MembershipEvent> subscriber) {
      return membership.subscribeAll(executor, subscriber);
    }

    @Override
    public Subscription watch(Set<GroupId> groups, Executor executor, Runnable changed) {
      return membership.watch(groups, executor, changed);
    }
  }
}
