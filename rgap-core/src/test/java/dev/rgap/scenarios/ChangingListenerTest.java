package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.MembershipEvent.Joined;
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
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener whose groups, sources and outputs change while it runs. */
@Timeout(60)
class ChangingListenerTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final GroupId LATER = new GroupId(2000);
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
  private final List<String> happened = Collections.synchronizedList(new ArrayList<>());
  private final Listener listener =
      Listener.builder(
              ListenerConfig.of(
                  List.of(network.configured(HERE)),
                  List.of(GroupConfig.of(GROUP, KEY, EXPIRE)),
                  List.of(output("first"))))
          .clock(clock)
          .schedulers(name -> clock.scheduler())
          .metrics(metrics)
          .tap((datagram, length, sender) -> happened.add("tap " + length))
          .build();

  /** What an output of these tests does besides noting joins: when it starts and when it ends. */
  private record Doing(OnStart onStart, Runnable onClose) {
    private interface OnStart {
      void run() throws IOException;
    }

    static final Doing NOTHING = new Doing(() -> {}, () -> {});
  }

  private final class NotingType implements OutputType<Doing> {
    @Override
    public String kind() {
      return "noting";
    }

    @Override
    public Optional<Doing> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    @Override
    public Output create(Doing doing, OutputContext context) {
      return new Output() {
        @Override
        public void start() throws IOException {
          doing.onStart().run();
          context.metrics().counter("rgap_noted_total", "Noted.").increment();
          context.subscribeAll(event -> {
            if (event instanceof Joined joined) {
              happened.add(context.name() + " +" + joined.address());
            }
          });
        }

        @Override
        public void close() {
          doing.onClose().run();
          happened.add("close " + context.name());
        }

        @Override
        public Duration closingTime() {
          return Duration.ofSeconds(context.name().length());
        }
      };
    }
  }

  private ConfiguredOutput<?> output(String name) {
    return output(name, Doing.NOTHING);
  }

  private ConfiguredOutput<?> output(String name, Doing doing) {
    return new ConfiguredOutput<>(new OutputId(name), new NotingType(), doing);
  }

  private void announce(Endpoint to, GroupId group, int address, PreSharedKey key) {
    Announcement announcement =
        new Announcement(group, clock.epochMicros(), IpAddress.ofIpv4(address));
    network.send(to, signer.sign(announcement, key));
    clock.runDue();
  }

  private List<String> noted() {
    return happened.stream().filter(line -> line.contains(" +")).toList();
  }

  @Test
  void anOutputThatIsAddedGetsWhatHappensFromThenOn() throws Exception {
    listener.start();
    announce(HERE, GROUP, 1, KEY);
    listener.addOutput(output("second"));
    announce(HERE, GROUP, 2, KEY);

    assertThat(noted())
        .containsExactlyInAnyOrder("first +0.0.0.1", "first +0.0.0.2", "second +0.0.0.2");
    assertThat(metrics.snapshot().value("rgap_noted_total", "output", "second")).isEqualTo(1);
    listener.close();
  }

  @Test
  void anOutputThatIsRemovedIsDoneForEvenIfItForgetsItsSubscription() throws Exception {
    listener.start();
    listener.removeOutput(new OutputId("first"));
    announce(HERE, GROUP, 1, KEY);

    assertThat(noted()).isEmpty();
    assertThat(metrics.snapshot().families()).noneMatch(family -> family.name().contains("noted"));
    // The same id may come again.
    listener.addOutput(output("first"));
    announce(HERE, GROUP, 2, KEY);
    assertThat(noted()).containsExactly("first +0.0.0.2");
    listener.close();
  }

  @Test
  void anOutputThatCantStartLeavesEverythingAsItWas() throws Exception {
    listener.start();
    Doing failing =
        new Doing(
            () -> {
              throw new IOException("no room");
            },
            () -> {});
    assertThatThrownBy(() -> listener.addOutput(output("second", failing)))
        .isInstanceOf(IOException.class)
        .hasMessage("second can't start: no room");
    announce(HERE, GROUP, 1, KEY);

    assertThat(noted()).containsExactly("first +0.0.0.1");
    listener.addOutput(output("second"));
    listener.close();
  }

  @Test
  void anOutputThatEndsSlowlyHoldsUpNoOther() throws Exception {
    listener.start();
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Doing slow =
        new Doing(
            () -> {},
            () -> {
              closing.countDown();
              await(mayEnd);
            });
    listener.addOutput(output("slow", slow));
    Thread remover = new Thread(() -> listener.removeOutput(new OutputId("slow")));
    remover.start();
    await(closing);
    listener.addOutput(output("second"));
    listener.removeOutput(new OutputId("second"));
    listener.addGroup(GroupConfig.of(LATER, KEY, EXPIRE));
    announce(HERE, LATER, 1, KEY);
    assertThat(noted()).contains("first +0.0.0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> listener.addOutput(output("slow")))
        .withMessage("there is an output slow already");
    mayEnd.countDown();
    remover.join();
    listener.addOutput(output("slow"));
    listener.close();
  }

  @Test
  void theEndWaitsForAnOutputThatIsEnding() throws Exception {
    listener.start();
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Doing slow =
        new Doing(
            () -> {},
            () -> {
              closing.countDown();
              await(mayEnd);
            });
    listener.addOutput(output("slow", slow));
    Thread remover = new Thread(() -> listener.removeOutput(new OutputId("slow")));
    remover.start();
    await(closing);
    Doing releasing = new Doing(() -> {}, mayEnd::countDown);
    listener.addOutput(output("releasing", releasing));
    listener.close();

    assertThat(happened).contains("close slow");
    remover.join();
  }

  /** Each waits for the other: one after the other, they would wait for ever. */
  @Test
  void outputsCloseAtTheSameTime() throws Exception {
    CyclicBarrier both = new CyclicBarrier(3);
    Doing meeting =
        new Doing(
            () -> {},
            () -> {
              try {
                both.await(30, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    listener.start();
    listener.addOutput(output("one", meeting));
    listener.addOutput(output("two", meeting));
    listener.addOutput(output("three", meeting));
    assertThat(listener.closingTime()).as("the longest").isEqualTo(Duration.ofSeconds(5));
    listener.close();

    assertThat(happened).contains("close one", "close two", "close three", "close first");
    assertThat(log.thrown()).isEmpty();
  }

  @Test
  void sourcesComeAndGo() throws Exception {
    listener.start();
    announce(THERE, GROUP, 1, KEY);
    ConfiguredSource<?> there = network.configured(THERE);
    listener.addSource(there);
    announce(THERE, GROUP, 2, KEY);
    assertThat(metrics.snapshot().value("rgap_source_datagrams_total", "source", THERE.toString()))
        .isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> listener.addSource(network.configured(THERE)))
        .withMessage("there is a source 127.0.0.1:2 already");
    listener.removeSource(there);
    announce(THERE, GROUP, 3, KEY);
    announce(HERE, GROUP, 4, KEY);
    assertThatIllegalArgumentException().isThrownBy(() -> listener.removeSource(there));

    assertThat(noted()).containsExactly("first +0.0.0.2", "first +0.0.0.4");
    assertThat(log.lines())
        .contains("listening on 127.0.0.1:2", "not listening on 127.0.0.1:2 any more");
    listener.close();
  }

  @Test
  void groupsComeGoAndChange() throws Exception {
    listener.start();
    announce(HERE, LATER, 1, KEY);
    listener.addGroup(GroupConfig.of(LATER, KEY, EXPIRE));
    announce(HERE, LATER, 2, KEY);
    listener.replaceGroup(GroupConfig.of(LATER, OTHER_KEY, EXPIRE));
    announce(HERE, LATER, 3, KEY);
    announce(HERE, LATER, 4, OTHER_KEY);
    assertThat(listener.membership().snapshot(LATER).addresses())
        .containsExactly(IpAddress.ofIpv4(2), IpAddress.ofIpv4(4));
    listener.removeGroup(LATER);
    announce(HERE, LATER, 5, OTHER_KEY);

    assertThat(listener.membership().snapshot(LATER).addresses()).isEmpty();
    assertThat(noted()).containsExactly("first +0.0.0.2", "first +0.0.0.4");
    assertThat(listener.stats().rejected(Rejection.GROUP)).isEqualTo(2);
    assertThat(listener.stats().rejected(Rejection.SIGNATURE)).isEqualTo(1);
    listener.close();
  }

  @Test
  void aTapSeesWhateverArrivesAndHarmsNothing() throws Exception {
    List<String> seen = new ArrayList<>();
    try (Listener tapped =
        Listener.builder(
                ListenerConfig.of(
                    List.of(network.configured(HERE)),
                    List.of(GroupConfig.of(GROUP, KEY, EXPIRE)),
                    List.of()))
            .clock(clock)
            .schedulers(name -> clock.scheduler())
            .tap((datagram, length, sender) -> {
              seen.add(length + " from " + sender.label());
              throw new IllegalStateException("bug");
            })
            .build()) {
      tapped.start();
      network.send(HERE, new byte[3]);
      announce(HERE, GROUP, 1, KEY);

      assertThat(seen).containsExactly("3 from 127.0.0.1:40000", "66 from 127.0.0.1:40000");
      assertThat(tapped.membership().snapshot(GROUP).addresses()).hasSize(1);
      assertThat(log.thrown()).as("said once").hasSize(1);
    }
  }

  @Test
  void nothingIsAddedAfterTheEnd() throws Exception {
    listener.start();
    listener.close();
    assertThatIllegalStateException().isThrownBy(() -> listener.addOutput(output("second")));
    assertThatIllegalStateException()
        .isThrownBy(() -> listener.addSource(network.configured(THERE)));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited for 30 s");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
