package dev.rgap.outputs.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.membership.Membership;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.Yaml;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLogTest extends OutputContract {

  private final LogCapture log = LogCapture.of("dev.rgap.outputs.eventlog");

  @AfterEach
  void endCapture() {
    log.close();
  }

  @Override
  protected Output create(OutputContext context) {
    return create(context, READY, LATE);
  }

  private static Output create(OutputContext context, GroupId... groups) {
    return new EventLogType().create(only(groups), context);
  }

  private static EventLogType.Config only(GroupId... groups) {
    return new EventLogType.Config(Optional.of(Set.of(groups)));
  }

  @Test
  void writesJoinsAndLeavesInOrder() throws IOException {
    announce(READY, "192.0.2.100"); // a member before it started: no event
    try (Output output = create(context)) {
      output.start();
      announce(READY, "2001:db8::1");
      announce(LATE, "192.0.2.1");
      announce(READY, "2001:db8::1");
      advance(EXPIRE);
      announce(READY, "2001:db8::1");
      advance(READINESS_DELAY);

      assertThat(log.lines())
          .containsExactly(
              "host 2001:db8::1 has joined group 1",
              "host 192.0.2.1 has joined group 2",
              "host 192.0.2.100 has left group 1",
              "host 2001:db8::1 has left group 1",
              "host 192.0.2.1 has left group 2",
              "host 2001:db8::1 has joined group 1",
              "group 2 is READY",
              "host 2001:db8::1 has left group 1");
      assertThat(log.lines(Level.INFO)).hasSize(8);
    }
  }

  @Test
  void writesWhoDrains() throws IOException {
    try (Output output = create(context)) {
      output.start();
      drain(READY, "192.0.2.1");
      advance(Duration.ofSeconds(1));
      announce(READY, "192.0.2.1");
      advance(Duration.ofSeconds(1));
      drain(READY, "192.0.2.1");
      advance(Duration.ofSeconds(1));
      drain(READY, "192.0.2.1");
      clock.runDue();

      assertThat(log.lines())
          .containsExactly(
              "host 192.0.2.1 has joined group 1",
              "host 192.0.2.1 drains in group 1",
              "host 192.0.2.1 drains no more in group 1",
              "host 192.0.2.1 drains in group 1");
    }
  }

  @Test
  void writesTheChosenGroupsOnly() throws IOException {
    try (Output output = create(context, LATE, UNKNOWN)) {
      output.start();
      announce(READY, "192.0.2.1");
      announce(LATE, "192.0.2.2");
      clock.runDue();

      assertThat(log.lines()).containsExactly("host 192.0.2.2 has joined group 2");
    }
  }

  @Test
  void saysHowManyEventsAreMissing() throws IOException {
    try (Output output = create(context, READY)) {
      output.start();
      clock.runDue();
      for (int i = 0; i <= Membership.MAX_PENDING_EVENTS; i++) {
        announce(READY, IpAddress.ofIpv4(i));
      }
      clock.runDue();

      int all = Membership.MAX_PENDING_EVENTS + 1;
      assertThat(log.lines(Level.WARNING))
          .containsExactly(
              "events came faster than they could be logged; "
                  + all
                  + " of them are missing here. Now: group 1, READY, version "
                  + all
                  + ", members: "
                  + all);
      assertThat(log.lines(Level.INFO)).isEmpty();
    }
  }

  /** However many groups there are, and also if only one of them has lost events. */
  @Test
  void saysInOneLineHowManyEventsOfSeveralGroupsAreMissing() throws IOException {
    try (Output output = create(context, READY, LATE, UNKNOWN)) {
      output.start();
      announce(LATE, "192.0.2.1");
      clock.runDue();
      log.clear();
      int all = Membership.MAX_PENDING_EVENTS + 1;
      for (int i = 0; i < all; i++) {
        announce(READY, IpAddress.ofIpv4(i));
      }
      clock.runDue();

      assertThat(log.lines())
          .containsExactly(
              "events came faster than they could be logged; "
                  + all
                  + " of them are missing here. Now: groups: 3, members: "
                  + (all + 1));
      log.clear();
      announce(LATE, "192.0.2.2");
      clock.runDue();
      assertThat(log.lines()).containsExactly("host 192.0.2.2 has joined group 2");
    }
  }

  @Test
  void logsAllGroupsIfNoneAreChosen() {
    Yaml yaml = new Yaml();
    EventLogType.Config all = new EventLogType.Config(Optional.empty());

    assertThat(yaml.read(new EventLogType(), null, 1, 2)).contains(all);
    assertThat(yaml.read(new EventLogType(), Map.of(), 1, 2)).contains(all);
    assertThat(yaml.read(new EventLogType(), Collections.singletonMap("only_groups", null), 1, 2))
        .contains(all);
    assertThat(yaml.problems()).isEmpty();
  }

  @Test
  void allGroupsAreThoseThatTheListenerHas() throws IOException {
    EventLogType.Config all = new EventLogType.Config(Optional.empty());
    try (Output output = new EventLogType().create(all, context)) {
      output.start();
      announce(READY, "192.0.2.1");
      announce(LATE, "192.0.2.2");
      clock.runDue();

      assertThat(log.lines(Level.INFO))
          .containsExactly(
              "host 192.0.2.1 has joined group " + READY,
              "host 192.0.2.2 has joined group " + LATE);
    }
  }

  @Test
  void logsTheChosenGroups() {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new EventLogType(), Map.of("only_groups", List.of("0x1", 2)), 1, 2, 3))
        .contains(only(READY, LATE));
    assertThat(yaml.read(new EventLogType(), Map.of("only_groups", List.of()), 1, 2))
        .contains(only());
    assertThat(yaml.problems()).isEmpty();
  }

  @Test
  void aGroupThatIsNotDefinedIsAWarning() {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new EventLogType(), Map.of("only_groups", List.of(1, 99)), 1))
        .contains(only(READY, UNKNOWN));
    assertThat(yaml.hasErrors()).isFalse();
    assertThat(yaml.problems())
        .containsExactly(
            "f:3:1: warning: only_groups[1]: group 99 is not defined under 'groups';"
                + " it will stay empty; define it or correct the id");
  }

  @Test
  void reportsAllProblems() {
    Yaml yaml = new Yaml();
    yaml.read(new EventLogType(), Map.of("only_groups", List.of("-1", "x", "010")), 1);
    yaml.read(new EventLogType(), Map.of("only_groups", "1"), 1);
    yaml.read(new EventLogType(), Map.of("only_group", List.of(1)), 1);

    assertThat(yaml.hasErrors()).isTrue();
    assertThat(yaml.problems())
        .containsExactly(
            "f:2:1: only_groups[0]: a group id is not negative",
            "f:3:1: only_groups[1]: not an unsigned whole number",
            "f:4:1: only_groups[2]: a leading zero is ambiguous (decimal or octal?); write it"
                + " without, or with 0o",
            "f:5:1: only_groups: is a single value, a list is expected;"
                + " write each item after a dash: '- item'",
            "f:6:1: only_group: unknown setting; did you mean 'only_groups'?");
  }
}
