package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.MembershipEvent;
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
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.SourceContext;
import dev.rgap.transport.SourceType;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole listener on an in-memory network, from an agent's datagram to an output. */
class ListenerTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final GroupConfig CONFIG =
      GroupConfig.of(GROUP, KEY, EXPIRE).withClockSkew(Duration.ofSeconds(10));
  private static final Endpoint HERE = Endpoint.parse("239.82.71.65:8271");
  private static final Endpoint THERE = Endpoint.parse("127.0.0.1:8271");

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final Metrics metrics = new Metrics();
  private final List<String> happened = Collections.synchronizedList(new ArrayList<>());
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final LogCapture log = LogCapture.of("dev.rgap.listener", Level.DEBUG);

  @AfterEach
  void endCapture() {
    log.close();
  }

  /** An output that notes what it sees, and fails where it is told to. */
  private final class Noting implements Output {
    private final String name;
    private final OutputContext context;
    private final String failAt;

    Noting(String name, OutputContext context, String failAt) {
      this.name = name;
      this.context = context;
      this.failAt = failAt;
    }

    @Override
    public void start() throws IOException {
      happened.add("start " + name);
      if (failAt.equals("start")) {
        throw new IOException("no room");
      }
      if (failAt.equals("start unchecked")) {
        throw new IllegalStateException("bug");
      }
      if (failAt.equals("start error")) {
        throw new NoClassDefFoundError("missing");
      }
      context.subscribe(Set.of(GROUP), this::note);
    }

    private void note(MembershipEvent event) {
      if (event instanceof Joined joined) {
        happened.add(name + " +" + joined.address());
      } else if (event instanceof Left left) {
        happened.add(name + " -" + left.address());
      }
    }

    @Override
    public void close() {
      happened.add("close " + name);
      if (failAt.equals("close")) {
        throw new IllegalStateException("bug");
      }
      if (failAt.equals("close error")) {
        throw new NoClassDefFoundError("missing");
      }
    }
  }

  /** Makes outputs that fail where their configuration says. */
  private final class NotingType implements OutputType<String> {
    @Override
    public String kind() {
      return "noting";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups groups) {
      return Optional.empty();
    }

    @Override
    public Output create(String failAt, OutputContext context) {
      return new Noting(context.name(), context, failAt);
    }
  }

  private ConfiguredOutput<?> output(String name, String failAt) {
    return new ConfiguredOutput<>(new OutputId(name), new NotingType(), failAt);
  }

  private record NotingSource(DatagramSource source, List<String> happened, boolean fails)
      implements DatagramSource {
    @Override
    public void start(DatagramHandler handler) throws IOException {
      happened.add("start " + label());
      if (fails) {
        throw new IOException("can't listen on " + label());
      }
      source.start(handler);
    }

    @Override
    public String label() {
      return source.label();
    }

    @Override
    public void close() {
      happened.add("close " + label());
      source.close();
    }
  }

  /** Makes sources that note what is done with them; port 9 can't be had. */
  private final class NotingSourceType implements SourceType<Endpoint> {
    @Override
    public String scheme() {
      return "noting";
    }

    @Override
    public Endpoint parse(String address) {
      return Endpoint.parse(address);
    }

    @Override
    public String label(Endpoint endpoint) {
      return endpoint.toString();
    }

    @Override
    public DatagramSource create(Endpoint endpoint, SourceContext context) {
      return new NotingSource(network.source(endpoint), happened, endpoint.port() == 9);
    }
  }

  private ConfiguredSource<?> source(Endpoint endpoint) {
    return new ConfiguredSource<>(new NotingSourceType(), endpoint);
  }

  private Listener listener(List<Endpoint> listen, ConfiguredOutput<?>... outputs) {
    return listener(CONFIG, listen, outputs);
  }

  private Listener listener(
      GroupConfig group, List<Endpoint> listen, ConfiguredOutput<?>... outputs) {
    List<ConfiguredSource<?>> sources = new ArrayList<>();
    listen.forEach(endpoint -> sources.add(source(endpoint)));
    return Listener.builder(ListenerConfig.of(sources, List.of(group), List.of(outputs)))
        .clock(clock)
        .schedulers(name -> clock.scheduler())
        .metrics(metrics)
        .build();
  }

  private byte[] announcement(GroupId group, Duration age, PreSharedKey key) {
    return signer.sign(
        new Announcement(
            group, clock.epochMicros() - age.toNanos() / 1_000, IpAddress.parse("192.0.2.1")),
        key);
  }

  private static InetSocketAddress sender(int address) throws IOException {
    return new InetSocketAddress(
        InetAddress.getByAddress(new byte[] {10, 0, (byte) (address >> 8), (byte) address}), 4000);
  }

  private Agent agent(String address, Endpoint... destinations) {
    return Agent.builder(
            new AgentConfig(GROUP, IpAddress.parse(address), KEY, Duration.ofSeconds(10)))
        .clock(clock)
        .jitter(0)
        .sinks(List.of(destinations).stream().map(network::sink).toList())
        .build();
  }

  @Test
  void anAgentsHostJoinsAndLeavesWhenTheAgentStops() throws Exception {
    try (Listener listener = listener(List.of(HERE, THERE), output("out", ""))) {
      listener.start();
      Agent one = agent("192.0.2.1", HERE, THERE);
      Agent two = agent("2001:db8::2", THERE);
      one.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(3));
      two.start(name -> clock.scheduler());
      clock.advance(Duration.ofHours(2));
      assertThat(listener.membership().snapshot(GROUP).addresses())
          .containsExactly(IpAddress.parse("192.0.2.1"), IpAddress.parse("2001:db8::2"));
      one.close();
      clock.advance(EXPIRE);
      two.close();
      clock.advance(EXPIRE);

      assertThat(happened)
          .containsSubsequence(
              "out +192.0.2.1", "out +2001:db8::2", "out -192.0.2.1", "out -2001:db8::2");
      assertThat(happened.stream().filter(line -> line.startsWith("out "))).hasSize(4);
      // Two paths: each announcement of the first host came twice.
      long ticks = Duration.ofHours(2).plusSeconds(3).toSeconds() / 10 + 1;
      assertThat(listener.stats().rejected(Rejection.REPLAY)).isEqualTo(ticks);
      assertThat(listener.stats().accepted()).isEqualTo(2 * ticks + 3);
    }
  }

  @Test
  void outputsStartBeforeSourcesAndAllIsClosedInReverse() throws Exception {
    Listener listener = listener(List.of(HERE, THERE), output("one", ""), output("two", "close"));
    listener.start();
    assertThat(listener.sources())
        .extracting(DatagramSource::label)
        .containsExactly("239.82.71.65:8271", "127.0.0.1:8271");
    listener.close();
    listener.close();

    assertThat(happened.subList(0, 6))
        .containsExactly(
            "start one",
            "start two",
            "start 239.82.71.65:8271",
            "start 127.0.0.1:8271",
            "close 127.0.0.1:8271",
            "close 239.82.71.65:8271");
    // Outputs at the same time, after all sources.
    assertThat(happened.subList(6, happened.size()))
        .containsExactlyInAnyOrder("close two", "close one");
    assertThat(log.lines(Level.ERROR))
        .containsExactly("closing output two failed; going on with the rest");
    assertThat(log.lines(Level.INFO))
        .last()
        .isEqualTo("stopped; announcements accepted: 0, rejected: 0");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void errorsWhileClosingDoNotStopClosingEither() throws Exception {
    Listener listener = listener(List.of(HERE), output("one", ""), output("two", "close error"));
    listener.start();
    listener.close();

    assertThat(happened.subList(4, happened.size()))
        .containsExactlyInAnyOrder("close two", "close one");
  }

  @Test
  void anOutputThatCantStartEndsAllThatWasStarted() {
    Listener listener = listener(List.of(HERE), output("one", ""), output("two", "start"));

    assertThatThrownBy(listener::start)
        .isInstanceOf(IOException.class)
        .hasMessage("two can't start: no room");
    assertThat(happened).containsExactly("start one", "start two", "close two", "close one");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void anOutputThatIsBrokenEndsAllThatWasStarted() {
    Listener unchecked = listener(List.of(), output("one", ""), output("two", "start unchecked"));
    assertThatThrownBy(unchecked::start).isInstanceOf(IllegalStateException.class);
    Listener error = listener(List.of(), output("three", ""), output("four", "start error"));
    assertThatThrownBy(error::start).isInstanceOf(NoClassDefFoundError.class);

    assertThat(happened).contains("close two", "close one", "close four", "close three");
  }

  @Test
  void aSourceThatCantStartEndsAllThatWasStarted() {
    Endpoint failing = Endpoint.parse("127.0.0.1:9");
    Listener listener = listener(List.of(HERE, failing, THERE), output("one", "close"));

    assertThatThrownBy(listener::start)
        .isInstanceOf(IOException.class)
        .hasMessage("can't listen on 127.0.0.1:9");
    assertThat(happened)
        .containsExactly(
            "start one",
            "start 239.82.71.65:8271",
            "start 127.0.0.1:9",
            "close 127.0.0.1:9",
            "close 239.82.71.65:8271",
            "close one");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void isStartedOnceAndNotAfterItWasClosed() throws Exception {
    Listener listener = listener(List.of(HERE), output("one", ""));
    listener.start();
    assertThatThrownBy(listener::start).isInstanceOf(IllegalStateException.class);
    listener.close();
    assertThatThrownBy(listener::start).isInstanceOf(IllegalStateException.class);
    Listener neverStarted = listener(List.of(HERE));
    neverStarted.close();
    assertThatThrownBy(neverStarted::start).isInstanceOf(IllegalStateException.class);

    assertThat(happened).hasSize(4);
  }

  @Test
  void countsEveryRejectionByItsReason() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      byte[] genuine = announcement(GROUP, Duration.ZERO, KEY);
      byte[] version = genuine.clone();
      version[1] = 1;
      network.send(HERE, genuine);
      network.send(HERE, genuine);
      network.send(HERE, genuine);
      network.send(HERE, new byte[0]);
      network.send(HERE, new byte[2_048]);
      network.send(HERE, version);
      network.send(HERE, announcement(new GroupId(-1), Duration.ZERO, KEY));
      network.send(HERE, announcement(GROUP, Duration.ofSeconds(11), KEY));
      network.send(HERE, announcement(GROUP, Duration.ZERO, OTHER_KEY));

      assertThat(listener.stats().summary())
          .isEqualTo(
              "announcements accepted: 1, rejected: size 2, version 1, group 1, stale 1,"
                  + " signature 1, replay 2");
      assertThat(listener.stats().accepted()).isEqualTo(1);
      assertThat(listener.stats().rejected(Rejection.SIZE)).isEqualTo(2);
    }
    assertThat(log.lines(Level.INFO)).last().asString().startsWith("stopped; announcements");
  }

  @Test
  void explainsEveryRejection() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      byte[] genuine = announcement(GROUP, Duration.ZERO, KEY);
      byte[] version = genuine.clone();
      version[0] = 3;
      network.send(HERE, genuine, sender(1));
      network.send(HERE, genuine, sender(1));
      network.send(HERE, new byte[65], sender(1));
      network.send(HERE, version, sender(1));
      network.send(HERE, announcement(new GroupId(-1), Duration.ZERO, KEY), sender(1));
      network.send(HERE, announcement(GROUP, Duration.ofMillis(65_500), KEY), sender(1));
      network.send(HERE, announcement(GROUP, Duration.ofHours(-1), KEY), sender(2));
      network.send(
          HERE,
          announcement(GROUP, Duration.ofDays(-90_000), KEY),
          new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 4000));
      network.send(HERE, announcement(GROUP, Duration.ZERO, OTHER_KEY), sender(1));

      String prefix = "239.82.71.65:8271: rejected a datagram from 10.0.0.1:4000: ";
      assertThat(log.lines(Level.WARNING))
          .containsExactly(
              prefix + "size: it has 65 bytes, an announcement has 66",
              prefix + "version: it has version 0x0300, known are 0x0100 and 0x0200",
              prefix
                  + "stale: its timestamp is 1m5.5s behind this host's clock, allowed is 10s;"
                  + " compare the clocks of both hosts",
              "239.82.71.65:8271: rejected a datagram from 10.0.0.2:4000: "
                  + "stale: its timestamp is 1h ahead of this host's clock, allowed is 10s;"
                  + " compare the clocks of both hosts",
              "239.82.71.65:8271: rejected a datagram from [2001:db8::1]:4000: "
                  + "stale: its timestamp is more than a century ahead of this host's clock,"
                  + " allowed is 10s; compare the clocks of both hosts",
              prefix
                  + "signature: the signature does not match the key of group 1000 (fingerprint "
                  + KEY.fingerprint()
                  + "); compare the keys of both hosts");
      assertThat(log.lines(Level.DEBUG))
          .containsExactly(
              prefix + "replay: it is a duplicate of, or older than, one that was accepted",
              prefix + "group: group 18446744073709551615 is not configured here");
      assertThat(log.lines(Level.INFO))
          .contains(
              "239.82.71.65:8271: announcements for group 18446744073709551615 come from"
                  + " 10.0.0.1:4000; it is not configured here, and they are only counted from now"
                  + " on");
    }
  }

  /** Neighbours on the same multicast address, who are not attackers. */
  @Test
  void namesEachForeignGroupOnceHoweverManySendersItHas() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      log.clear();
      for (int minute = 0; minute < 5; minute++) {
        for (int i = 0; i < 1_000; i++) {
          GroupId neighbours = new GroupId(i % 3);
          network.send(HERE, announcement(neighbours, Duration.ZERO, OTHER_KEY), sender(i));
        }
        clock.advance(Duration.ofMinutes(1));
      }
      assertThat(log.lines(Level.WARNING)).isEmpty();
      assertThat(log.lines(Level.INFO))
          .extracting(line -> line.substring(0, line.indexOf(" come from")))
          .containsExactly(
              "239.82.71.65:8271: announcements for group 0",
              "239.82.71.65:8271: announcements for group 1",
              "239.82.71.65:8271: announcements for group 2");
      assertThat(listener.stats().rejected(Rejection.GROUP)).isEqualTo(5_000);
    }
  }

  /** Anybody can make up as many ids as there are. */
  @Test
  void namesFewForeignGroupsHoweverManyAreMadeUp() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      log.clear();
      for (int minute = 0; minute < 3; minute++) {
        for (int i = 0; i < 20_000; i++) {
          GroupId madeUp = new GroupId((1L << 63) + 20_000L * minute + i);
          network.send(HERE, announcement(madeUp, Duration.ZERO, OTHER_KEY), sender(i));
        }
        clock.advance(Duration.ofMinutes(1));
      }
      assertThat(log.lines(Level.WARNING)).isEmpty();
      assertThat(log.lines(Level.INFO)).hasSize(33);
      assertThat(log.lines(Level.INFO))
          .last()
          .isEqualTo(
              "239.82.71.65:8271: announcements come for more than 32 groups that are not"
                  + " configured here; further groups are not named");
      assertThat(listener.stats().rejected(Rejection.GROUP)).isEqualTo(60_000);
    }
  }

  @Test
  void whatMayNotBeInTheGroupIsCountedAndExplained() throws Exception {
    GroupConfig narrow =
        CONFIG.withAddresses(
            List.of(IpNetwork.parse("10.0.0.0/8"), IpNetwork.parse("127.0.0.1/32")));
    try (Listener listener = listener(narrow, List.of(HERE))) {
      listener.start();
      log.clear();
      for (String address : List.of("192.0.2.1", "2001:db8::1", "10.1.2.3", "127.0.0.1")) {
        agent(address, HERE).announceOnce();
      }

      assertThat(listener.membership().snapshot(GROUP).addresses())
          .containsExactly(IpAddress.parse("10.1.2.3"), IpAddress.parse("127.0.0.1"));
      assertThat(listener.stats().summary())
          .isEqualTo("announcements accepted: 2, rejected: address 2");
      // Nothing of the loopback address: the configuration says that it may be there.
      assertThat(log.lines(Level.WARNING)).hasSize(1);
      assertThat(log.lines(Level.WARNING).getFirst())
          .contains(
              ": address: its address 192.0.2.1 is not in the 'addresses' of group 1000,"
                  + " 10.0.0.0/8, 127.0.0.1/32; correct the agent's address, or 'addresses' if it"
                  + " is right");
    }
  }

  @Test
  void warnsOnceForEachGroupOfMembersThatNobodyCanReach() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.addGroup(GroupConfig.of(new GroupId(7), KEY, EXPIRE));
      listener.start();
      log.clear();
      for (String address : List.of("10.0.0.1", "0.0.0.0", "127.0.0.1", "fe80::1")) {
        agent(address, HERE).announceOnce();
        agent(address, HERE).announceOnce();
      }
      network.send(
          HERE,
          signer.sign(
              new Announcement(new GroupId(7), clock.epochMicros(), IpAddress.parse("ff02::1")),
              KEY),
          sender(9));

      assertThat(listener.membership().snapshot(GROUP).addresses()).hasSize(4);
      List<String> lines = log.lines(Level.WARNING);
      assertThat(lines).hasSize(2);
      assertThat(lines.getFirst())
          .contains(
              " has made 0.0.0.0 a member of group 1000, but no other host can reach it there: that"
                  + " is the unspecified address. Correct the address that the agent announces, or");
      assertThat(lines.getLast())
          .startsWith(
              "239.82.71.65:8271: 10.0.0.9:4000 has made ff02::1 a member of group 7, but no other"
                  + " host can reach it there: that is a multicast address.");
    }
  }

  @Test
  void aFullGroupKeepsItsMembersAndSaysWhyItTakesNoOthers() throws Exception {
    GroupConfig small =
        GroupConfig.of(GROUP, KEY, EXPIRE).withClockSkew(Duration.ofSeconds(10)).withMaxMembers(1);
    try (Listener listener = listener(small, List.of(HERE))) {
      listener.start();
      Agent one = agent("192.0.2.1", HERE);
      one.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(1));
      Agent two = agent("192.0.2.2", HERE);
      two.start(name -> clock.scheduler());
      clock.advance(Duration.ofSeconds(15));

      assertThat(listener.membership().snapshot(GROUP).addresses())
          .containsExactly(IpAddress.parse("192.0.2.1"));
      assertThat(listener.stats().accepted()).isEqualTo(2);
      assertThat(listener.stats().rejected(Rejection.FULL)).isEqualTo(2);
      assertThat(log.lines(Level.WARNING))
          .last()
          .asString()
          .endsWith(
              ": full: its address is new, and group 1000 has max_members, 1, already; raise"
                  + " max_members if there are so many");
      one.close();
      clock.advance(EXPIRE);
      assertThat(listener.membership().snapshot(GROUP).addresses())
          .containsExactly(IpAddress.parse("192.0.2.2"));
      two.close();
    }
  }

  @Test
  void timestampsAtTheEndsOfTheRangeAreExplainedToo() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      int from = 0;
      for (long timestamp : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        network.send(
            HERE,
            signer.sign(new Announcement(GROUP, timestamp, IpAddress.ofIpv4(1)), KEY),
            sender(from++));
      }
      assertThat(log.lines(Level.WARNING))
          .extracting(line -> line.substring(line.indexOf("timestamp"), line.indexOf(", allowed")))
          .containsExactly(
              "timestamp is more than a century behind this host's clock",
              "timestamp is 490923h4m5.678902s behind this host's clock",
              "timestamp is 490923h4m5.678901s behind this host's clock",
              "timestamp is more than a century ahead of this host's clock");
    }
  }

  @Test
  void logsOneLineAMinuteForEachSenderAndReason() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      log.clear();
      for (int second = 0; second < 150; second++) {
        network.send(HERE, new byte[1], sender(1));
        network.send(HERE, new byte[1], sender(1));
        network.send(HERE, new byte[1], sender(2));
        network.send(HERE, announcement(GROUP, Duration.ZERO, OTHER_KEY), sender(1));
        clock.advance(Duration.ofSeconds(1));
      }
      List<String> lines = log.lines(Level.WARNING);
      assertThat(lines).hasSize(9);
      assertThat(lines.subList(0, 3)).noneMatch(line -> line.contains("more of the kind"));
      assertThat(lines.get(3))
          .contains("10.0.0.1")
          .endsWith("(and 119 more of the kind since the last line)");
      assertThat(lines.get(4))
          .contains("10.0.0.2")
          .endsWith("(and 59 more of the kind since the last line)");
      assertThat(listener.stats().rejected(Rejection.SIZE)).isEqualTo(450);
    }
  }

  @Test
  void manySendersFillNeitherTheLogNorTheMemory() throws Exception {
    try (Listener listener = listener(List.of(HERE))) {
      listener.start();
      log.clear();
      for (int minute = 0; minute < 3; minute++) {
        for (int i = 0; i < 20_000; i++) {
          network.send(HERE, new byte[1], sender(i));
        }
        List<String> lines = log.lines(Level.WARNING);
        assertThat(lines).hasSizeBetween(200, 256 + 1);
        assertThat(lines.stream().filter(line -> line.contains("only counted"))).hasSize(1);
        log.clear();
        clock.advance(Duration.ofMinutes(1));
      }
      assertThat(listener.stats().rejected(Rejection.SIZE)).isEqualTo(60_000);
    }
  }

  @Test
  void replaysAreNotExplainedUnlessAskedFor() throws Exception {
    log.close();
    try (LogCapture info = LogCapture.of("dev.rgap.listener", Level.INFO);
        Listener listener = listener(List.of(HERE))) {
      listener.start();
      byte[] genuine = announcement(GROUP, Duration.ZERO, KEY);
      for (int i = 0; i < 10_000; i++) {
        network.send(HERE, genuine, sender(i));
      }
      assertThat(info.lines(Level.WARNING)).isEmpty();
      assertThat(listener.stats().rejected(Rejection.REPLAY)).isEqualTo(9_999);
    }
  }
}
