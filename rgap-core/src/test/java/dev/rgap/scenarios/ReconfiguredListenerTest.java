package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Changes;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener that gets a whole configuration while it runs: only what differs is touched. */
@Timeout(60)
class ReconfiguredListenerTest {

  private static final GroupId ONE = new GroupId(1);
  private static final GroupId TWO = new GroupId(2);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");
  private static final Endpoint THERE = Endpoint.parse("127.0.0.1:2");

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.listener");
  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final Metrics metrics = new Metrics();
  private final AnnouncementSigner signer = new AnnouncementSigner();

  /** What outputs have done and heard, in order. */
  private final List<String> happened = new ArrayList<>();

  /** Configurations of outputs that can't be started at the moment. */
  private final Set<String> broken = new HashSet<>();

  @AutoClose
  private final Listener listener =
      Listener.builder(config(List.of(HERE), List.of(group(ONE)), output("a", "1")))
          .clock(clock)
          .schedulers(name -> clock.scheduler())
          .metrics(metrics)
          .build();

  private final class NotingType implements OutputType<String> {
    @Override
    public String kind() {
      return "noting";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    /** What begins with "soft" can be changed into another such. */
    @Override
    public boolean reconfigure(Output running, String from, String to) {
      boolean can = from.startsWith("soft") && to.startsWith("soft");
      if (can) {
        happened.add(from + " becomes " + to);
      }
      return can;
    }

    @Override
    public Output create(String config, OutputContext context) {
      return new Output() {
        @Override
        public void start() throws IOException {
          if (broken.contains(config)) {
            throw new IOException("no room");
          }
          happened.add("start " + config);
          context.subscribeAll(event -> {
            if (event instanceof Joined joined) {
              happened.add(config + " +" + joined.address());
            } else if (event instanceof Left left) {
              happened.add(config + " -" + left.address());
            }
          });
        }

        @Override
        public void close() {
          if (!broken.contains(config)) {
            happened.add("close " + config);
          }
        }
      };
    }
  }

  private ConfiguredOutput<?> output(String name, String config) {
    return new ConfiguredOutput<>(new OutputId(name), new NotingType(), config);
  }

  private static GroupConfig group(GroupId id) {
    return GroupConfig.of(id, KEY, EXPIRE);
  }

  private ListenerConfig config(
      List<Endpoint> listen, List<GroupConfig> groups, ConfiguredOutput<?>... outputs) {
    List<ConfiguredSource<?>> sources = new ArrayList<>();
    listen.forEach(endpoint -> sources.add(network.configured(endpoint)));
    return ListenerConfig.of(sources, groups, List.of(outputs));
  }

  private void announce(Endpoint to, GroupId group, int address, PreSharedKey key) {
    Announcement announcement =
        new Announcement(group, clock.epochMicros(), IpAddress.ofIpv4((10 << 24) + address));
    network.send(to, signer.sign(announcement, key));
    clock.runDue();
  }

  private void advance(Duration by) {
    clock.advance(by);
    clock.runDue();
  }

  @Test
  void theSameConfigurationTouchesNothing() throws Exception {
    listener.start();
    announce(HERE, ONE, 1, KEY);
    List<DatagramSource> sources = listener.sources();
    happened.clear();

    Changes changes =
        listener.reconfigure(config(List.of(HERE), List.of(group(ONE)), output("a", "1")));

    assertThat(changes).isEqualTo(new Changes(List.of(), List.of()));
    assertThat(listener.sources()).isEqualTo(sources);
    clock.runDue();
    assertThat(happened).isEmpty();
  }

  @Test
  void onlyTheDifferenceIsMade() throws Exception {
    listener.start();
    announce(HERE, ONE, 1, KEY);
    List<DatagramSource> sources = listener.sources();
    happened.clear();

    Changes changes =
        listener.reconfigure(
            config(
                List.of(HERE, THERE),
                List.of(group(ONE), group(TWO)),
                output("a", "1"),
                output("b", "2")));
    announce(THERE, TWO, 2, KEY);

    assertThat(changes.made())
        .containsExactly("group 2 added", "output b added", "source 127.0.0.1:2 added");
    assertThat(changes.complete()).isTrue();
    assertThat(listener.sources()).startsWith(sources.getFirst());
    assertThat(happened).containsExactly("start 2", "1 +10.0.0.2", "2 +10.0.0.2");
    happened.clear();

    changes = listener.reconfigure(config(List.of(THERE), List.of(group(TWO)), output("b", "2")));
    clock.runDue();

    assertThat(changes.made())
        .containsExactly("output a removed", "source 127.0.0.1:1 removed", "group 1 removed");
    assertThat(happened).as("members are there until nobody publishes them").startsWith("close 1");
    assertThat(happened).containsExactly("close 1", "2 -10.0.0.1");
    announce(HERE, TWO, 3, KEY);
    assertThat(listener.membership().snapshot(TWO).addresses()).hasSize(1);
  }

  @Test
  void aChangedGroupKeepsItsMembers() throws Exception {
    listener.start();
    announce(HERE, ONE, 1, KEY);
    happened.clear();
    Duration shorter = Duration.ofSeconds(10);

    Changes changes =
        listener.reconfigure(
            config(
                List.of(HERE), List.of(GroupConfig.of(ONE, OTHER_KEY, shorter)), output("a", "1")));
    announce(HERE, ONE, 1, KEY); // is not accepted any more

    assertThat(changes.made()).containsExactly("group 1 changed");
    advance(Duration.ofSeconds(29));
    assertThat(happened).as("it has the life that it had").isEmpty();
    announce(HERE, ONE, 2, OTHER_KEY);
    advance(Duration.ofSeconds(2));
    assertThat(happened).containsExactly("1 +10.0.0.2", "1 -10.0.0.1");
    advance(shorter);
    assertThat(happened).endsWith("1 -10.0.0.2");
  }

  @Test
  void aChangedOutputGoesOnOrIsReplaced() throws Exception {
    listener.start();
    announce(HERE, ONE, 1, KEY);
    happened.clear();

    Changes changes =
        listener.reconfigure(config(List.of(HERE), List.of(group(ONE)), output("a", "soft 2")));
    assertThat(changes.made()).containsExactly("output a changed");
    listener.reconfigure(config(List.of(HERE), List.of(group(ONE)), output("a", "soft 3")));

    assertThat(happened).containsExactly("close 1", "start soft 2", "soft 2 becomes soft 3");
    assertThat(
            listener.reconfigure(config(List.of(HERE), List.of(group(ONE)), output("a", "soft 3"))))
        .as("it is known what it goes by")
        .isEqualTo(new Changes(List.of(), List.of()));
  }

  @Test
  void whatCantStartIsTriedAgainAndTheRestHolds() throws Exception {
    listener.start();
    announce(HERE, ONE, 1, KEY);
    happened.clear();
    broken.add("2");
    DatagramSource other = network.source(THERE);
    other.start((datagram, length, sender) -> {});

    Changes changes =
        listener.reconfigure(
            config(
                List.of(HERE, THERE),
                List.of(group(ONE), group(TWO)),
                output("a", "2"),
                output("b", "3")));

    assertThat(changes.complete()).isFalse();
    assertThat(changes.made()).containsExactly("group 2 added", "output b added");
    assertThat(changes.failed())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).isEqualTo("output: a can't start: no room"))
        .anySatisfy(line -> assertThat(line).startsWith("source: can't listen on 127.0.0.1:2: "));
    assertThat(happened)
        .as("the output of before goes on")
        .containsExactly("close 1", "start 1", "start 3");
    assertThat(metrics.snapshot().value("rgap_config_missing")).isEqualTo(2);

    advance(Duration.ofMinutes(1));
    assertThat(log.lines(System.Logger.Level.WARNING)).as("said once").hasSize(2);
    broken.clear();
    happened.clear();
    advance(Duration.ofMinutes(1));
    assertThat(happened).containsSubsequence("close 1", "start 2");
    assertThat(log.lines()).contains("output a changed at last");
    assertThat(metrics.snapshot().value("rgap_config_missing")).isEqualTo(1);
    other.close();
    advance(Duration.ofMinutes(1));
    assertThat(log.lines()).contains("source 127.0.0.1:2 added at last");
    assertThat(metrics.snapshot().value("rgap_config_missing")).isZero();
    listener.countMissing(() -> 3);
    assertThat(metrics.snapshot().value("rgap_config_missing")).isEqualTo(3);
    advance(Duration.ofMinutes(1));
    assertThat(log.lines(System.Logger.Level.WARNING)).hasSize(2);
  }

  @Test
  void aListenerThatIsClosedStaysSo() throws Exception {
    listener.start();
    listener.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> listener.reconfigure(config(List.of(HERE), List.of(group(ONE)))))
        .withMessage("the listener is closed");
  }
}
