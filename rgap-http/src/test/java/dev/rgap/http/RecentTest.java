package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.Happening.Kind;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is remembered of what happens. */
class RecentTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final GroupId OTHER = new GroupId(2000);
  private static final IpAddress HOST = IpAddress.parse("192.0.2.1");

  private final ManualClock clock = new ManualClock();
  private final Told membership = new Told();
  @AutoClose private final Recent recent = new Recent(membership, clock.scheduler());
  private final EventRing ring = recent.events();

  /** Groups of which a test tells what happens to them. */
  private static final class Told implements Membership {

    final Map<GroupId, List<IpAddress>> members = new TreeMap<>(Map.of(GROUP, List.of()));
    private @Nullable Consumer<? super MembershipEvent> subscriber;
    boolean subscribed;

    void tell(MembershipEvent event) {
      if (subscriber != null) {
        subscriber.accept(event);
      }
    }

    @Override
    public List<GroupId> groups() {
      return List.copyOf(members.keySet());
    }

    @Override
    public GroupSnapshot snapshot(GroupId group) {
      return Membership.fixed(members).snapshot(group);
    }

    @Override
    public List<Member> members(GroupId group) {
      return List.of();
    }

    @Override
    public long remainingNanos(GroupId group) {
      return Long.MAX_VALUE;
    }

    @Override
    public Subscription subscribe(
        Set<GroupId> groups, Executor executor, Consumer<? super MembershipEvent> told) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Subscription subscribeAll(Executor executor, Consumer<? super MembershipEvent> told) {
      subscriber = told;
      subscribed = true;
      return () -> subscribed = false;
    }

    @Override
    public Subscription watch(Set<GroupId> groups, Executor executor, Runnable changed) {
      throw new UnsupportedOperationException();
    }
  }

  private GroupSnapshot members(String... addresses) {
    List<IpAddress> all = new ArrayList<>();
    for (String each : addresses) {
      all.add(IpAddress.parse(each));
    }
    membership.members.put(GROUP, all);
    return membership.snapshot(GROUP);
  }

  private List<String> texts(long from) {
    List<String> texts = new ArrayList<>();
    for (Happening event : ring.from(from, EventRing.MOST)) {
      texts.add(new String(event.text("x"), StandardCharsets.US_ASCII));
    }
    return texts;
  }

  private void join(int count) {
    GroupSnapshot snapshot = members("192.0.2.1");
    for (int i = 0; i < count; i++) {
      membership.tell(new Joined(snapshot, new IpAddress(0, i)));
    }
  }

  @Test
  void eventsHaveTimeCauseAndWhatTheGroupIsThen() {
    membership.tell(new Joined(members("192.0.2.1"), HOST));
    membership.tell(new Draining(members("192.0.2.1"), HOST, true));
    membership.tell(new Draining(members("192.0.2.1"), HOST, false));
    clock.advance(Duration.ofSeconds(1));
    membership.tell(new Left(members(), HOST, Left.Cause.FAREWELL));
    membership.tell(new Ready(members()));
    membership.tell(new State(members(), 0));

    String at = "{\"time\":\"2026-01-02T03:04:06.678901Z\",\"group\":\"1000\",";
    assertThat(texts(0))
        .containsExactly(
            "id: x\nevent: joined\ndata: {\"time\":\"2026-01-02T03:04:05.678901Z\","
                + "\"group\":\"1000\",\"address\":\"192.0.2.1\",\"size\":1,\"ready\":true}\n\n",
            draining("draining"),
            draining("undrained"),
            "id: x\nevent: left\ndata: "
                + at
                + "\"address\":\"192.0.2.1\",\"cause\":\"farewell\",\"size\":0,\"ready\":true}\n\n",
            "id: x\nevent: ready\ndata: " + at + "\"size\":0,\"ready\":true}\n\n",
            "id: x\nevent: state\ndata: " + at + "\"size\":0,\"ready\":true}\n\n");
  }

  private static String draining(String kind) {
    return "id: x\nevent: "
        + kind
        + "\ndata: {\"time\":\"2026-01-02T03:04:05.678901Z\","
        + "\"group\":\"1000\",\"address\":\"192.0.2.1\",\"size\":1,\"ready\":true}\n\n";
  }

  @Test
  void whatWasMissedIsAReset() {
    membership.tell(new State(members(), 7));

    assertThat(ring.from(0, 10).stream().map(Happening::kind))
        .containsExactly(Kind.RESET, Kind.STATE);
    assertThat(texts(0).getFirst()).startsWith("id: x\nevent: reset\ndata: {\"reason\":\"");
  }

  @Test
  void onlyTheLastEventsAreRemembered() {
    for (int count : List.of(1, 63, 1, EventRing.MOST)) {
      long before = ring.end();
      join(count);
      assertThat(ring.end()).isEqualTo(before + count);
    }

    assertThat(ring.begin()).isEqualTo(65);
    assertThat(ring.from(0, EventRing.MOST + 1)).hasSize(EventRing.MOST);
    assertThat(ring.from(ring.end() - 2, 10).stream().map(Happening::address))
        .containsExactly(
            new IpAddress(0, EventRing.MOST - 2), new IpAddress(0, EventRing.MOST - 1));
  }

  @Test
  void theLastLeaveOfAnAddressIsFound() {
    membership.tell(new Left(members(), HOST, Left.Cause.EXPIRED));
    clock.advance(Duration.ofSeconds(1));
    membership.tell(new Left(members(), HOST, Left.Cause.FAREWELL));
    membership.tell(new Joined(members("192.0.2.1"), HOST));

    assertThat(ring.lastLeave(GROUP, HOST))
        .contains(new EventRing.Leave(clock.instant(), Left.Cause.FAREWELL));
    assertThat(ring.lastLeave(OTHER, HOST)).isEmpty();
    assertThat(ring.lastLeave(GROUP, IpAddress.parse("192.0.2.2"))).isEmpty();
  }

  @Test
  void sizesAreNotedForAnHour() {
    clock.runDue();
    assertThat(recent.sizes().of(GROUP)).containsExactly(0);
    assertThat(recent.sizes().of(OTHER)).isNull();

    members("192.0.2.1", "192.0.2.2");
    clock.advance(SizeRing.INTERVAL);
    assertThat(recent.sizes().of(GROUP)).containsExactly(0, 2);

    clock.advance(SizeRing.INTERVAL.multipliedBy(SizeRing.MOST - 2));
    assertThat(recent.sizes().of(GROUP)).hasSize(SizeRing.MOST).startsWith(0, 2);
    members("192.0.2.1");
    clock.advance(SizeRing.INTERVAL);
    assertThat(recent.sizes().of(GROUP)).hasSize(SizeRing.MOST).startsWith(2).endsWith(1);
  }

  @Test
  void groupsThatHaveGoneMakeRoomForOthers() {
    membership.members.clear();
    IntStream.rangeClosed(1, SizeRing.MOST_GROUPS + 1)
        .forEach(id -> membership.members.put(new GroupId(id), List.of()));
    clock.runDue();
    GroupId last = new GroupId(SizeRing.MOST_GROUPS + 1);
    assertThat(recent.sizes().of(last)).isNull();

    membership.members.remove(new GroupId(1));
    clock.advance(SizeRing.INTERVAL);

    assertThat(recent.sizes().of(last)).hasSize(1);
    assertThat(recent.sizes().of(new GroupId(1))).isNull();
  }

  @Test
  void itsEndIsTheEndOfAll() {
    int readers = ring.readers();
    assertThat(ring.goesOn(readers)).isTrue();
    ring.endReaders();
    assertThat(ring.goesOn(readers)).isFalse();
    assertThat(ring.goesOn(ring.readers())).isTrue();

    recent.close();

    assertThat(ring.goesOn(ring.readers())).isFalse();
    assertThat(membership.subscribed).isFalse();
  }
}
