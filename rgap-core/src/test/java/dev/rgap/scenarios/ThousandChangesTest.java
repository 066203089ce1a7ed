package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.time.HostClock;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSource;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand random changes of a running listener, on real threads and sockets and under load,
 * against the most obvious model of what is configured: nobody is lost who should be a member,
 * followers see all in order, and nothing is left behind.
 */
@Timeout(240)
class ThousandChangesTest {

  private static final int CHANGES = 1_000;
  private static final int HOSTS = 20;

  /** Longer than the test: whoever was taken in once stays, whatever is changed besides. */
  private static final Duration EXPIRE = Duration.ofHours(1);

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final PreSharedKey[] KEYS = {
    PreSharedKey.parseHex("ab".repeat(32)), PreSharedKey.parseHex("cd".repeat(32))
  };

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap");
  private final Random random = new Random(12);

  /** What is configured: groups by id with their key, outputs, ports of sources by number. */
  private final Map<Long, PreSharedKey> groups = new ConcurrentHashMap<>();

  private final Map<Integer, ConfiguredSource<?>> sources = new TreeMap<>();
  private final Set<String> outputs = new TreeSet<>();

  /** Where the load is sent to. */
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  private final AtomicReference<String> disorder = new AtomicReference<>("");

  /** Builds each group up from events, on its own thread, and holds it against the snapshots. */
  private final class FollowingType implements OutputType<String> {
    @Override
    public String kind() {
      return "following";
    }

    @Override
    public Optional<String> parse(ConfigValue spec, ConfiguredGroups known) {
      return Optional.empty();
    }

    @Override
    public Output create(String config, OutputContext context) {
      return new Output() {
        private final Map<GroupId, Set<IpAddress>> known = new TreeMap<>();

        @Override
        public void start() {
          context.metrics().counter("rgap_followed_total", "Followed.").increment();
          context.subscribeAll(this::follow);
        }

        private void follow(MembershipEvent event) {
          Set<IpAddress> members = known.computeIfAbsent(event.group(), id -> new TreeSet<>());
          boolean fits =
              switch (event) {
                case Joined joined -> members.add(joined.address());
                case Draining draining -> members.contains(draining.address());
                case Left left ->
                    left.cause() == Left.Cause.REMOVED && members.remove(left.address());
                case State state -> {
                  members.clear();
                  members.addAll(state.snapshot().addresses());
                  yield true;
                }
                case MembershipEvent.Ready ready -> true;
              };
          if (!fits || members.size() != event.snapshot().addresses().size()) {
            disorder.compareAndSet("", context.name() + ": " + event);
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private ConfiguredOutput<?> output(String name) {
    return new ConfiguredOutput<>(new OutputId(name), new FollowingType(), "");
  }

  @Test
  void losesNobodyAndLeavesNothing() throws Exception {
    runOnce(50); // what is loaded and made once
    log.clear();
    long threads = liveThreads();
    long descriptors = descriptors();
    long heap = usedHeap();
    runOnce(CHANGES);

    assertThat(disorder).hasValue("");
    assertThat(log.lines(System.Logger.Level.ERROR)).isEmpty();
    assertThat(liveThreads()).isLessThanOrEqualTo(threads);
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    assertThat(usedHeap() - heap).as("bytes that stay").isLessThan(4L << 20);
  }

  private void runOnce(int changes) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (Listener listener =
        Listener.builder(ListenerConfig.of(List.of(), List.of(), List.of())).build()) {
      listener.start();
      Thread load = new Thread(() -> announceUntil(done));
      load.start();
      for (int i = 0; i < changes; i++) {
        change(listener);
        if (i % 25 == 0) {
          check(listener);
        }
      }
      check(listener);
      done.set(true);
      load.join();
    }
    groups.clear();
    sources.clear();
    outputs.clear();
    ports.clear();
  }

  /** Each host, to each group that there is, by the key that it has, to some port that is open. */
  private void announceUntil(AtomicBoolean done) {
    AnnouncementSigner signer = new AnnouncementSigner();
    byte[] datagram = new byte[AnnouncementCodec.SIZE];
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; !done.get(); i++) {
        int host = i % HOSTS;
        for (Map.Entry<Long, PreSharedKey> group : groups.entrySet()) {
          IpAddress address = IpAddress.ofIpv4(host);
          long now = HostClock.system().epochMicros();
          signer.sign(
              group.getKey(), now, address.high(), address.low(), group.getValue(), datagram);
          for (int port : ports) {
            socket.send(new DatagramPacket(datagram, datagram.length, LOOPBACK, port));
          }
        }
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      disorder.compareAndSet("", "the load: " + e);
    }
  }

  private void change(Listener listener) throws Exception {
    long id = random.nextInt(6);
    int number = random.nextInt(4);
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        if (groups.containsKey(id)) {
          groups.remove(id);
          listener.removeGroup(new GroupId(id));
        } else {
          PreSharedKey key = KEYS[random.nextInt(2)];
          listener.addGroup(GroupConfig.of(new GroupId(id), key, EXPIRE));
          groups.put(id, key);
        }
      }
      case 2 -> {
        if (groups.containsKey(id)) {
          PreSharedKey key = KEYS[random.nextInt(2)];
          listener.replaceGroup(
              GroupConfig.of(new GroupId(id), key, EXPIRE.plusSeconds(random.nextInt(100))));
          groups.put(id, key);
        }
      }
      case 3, 4 -> {
        String name = "output " + number;
        if (outputs.remove(name)) {
          listener.removeOutput(new OutputId(name));
        } else {
          listener.addOutput(output(name));
          outputs.add(name);
        }
      }
      default -> {
        ConfiguredSource<?> open = sources.remove(number);
        if (open != null) {
          listener.removeSource(open);
        } else {
          ConfiguredSource<?> source =
              ConfiguredSource.udp(Endpoint.parse("127.0.0." + (number + 1) + ":0"));
          listener.addSource(source);
          sources.put(number, source);
        }
        ports.clear();
        for (var each : listener.sources()) {
          if (each instanceof UdpSource udp && udp.localAddress().getAddress().equals(LOOPBACK)) {
            ports.add(udp.localAddress().getPort());
          }
        }
      }
    }
  }

  /** What is asked for is there, what is not is not; and, if anything listens, all hosts are. */
  private void check(Listener listener) throws Exception {
    List<GroupId> expected = new ArrayList<>();
    groups.keySet().stream().sorted().forEach(id -> expected.add(new GroupId(id)));
    assertThat(listener.membership().groups()).isEqualTo(expected);
    assertThat(listener.sources()).hasSize(sources.size());
    var families = listener.metrics().snapshot().families();
    assertThat(
            families.stream()
                .filter(family -> family.name().equals("rgap_followed_total"))
                .flatMap(family -> family.samples().stream())
                .map(sample -> sample.labels().get("output")))
        .containsExactlyElementsOf(outputs);
    for (long id = 0; id < 6; id++) {
      List<IpAddress> members = listener.membership().snapshot(new GroupId(id)).addresses();
      if (!groups.containsKey(id)) {
        assertThat(members).isEmpty();
      } else if (!ports.isEmpty()) {
        awaitAll(listener, new GroupId(id));
      }
    }
  }

  private static void awaitAll(Listener listener, GroupId id) throws InterruptedException {
    CountDownLatch all = new CountDownLatch(1);
    Runnable look =
        () -> {
          if (listener.membership().snapshot(id).addresses().size() == HOSTS) {
            all.countDown();
          }
        };
    try (Membership.Subscription watch =
        listener.membership().watch(Set.of(id), Runnable::run, look)) {
      assertThat(all.await(60, TimeUnit.SECONDS))
          .as("all hosts are members of group " + id + ", " + watch)
          .isTrue();
    }
  }

  /** Threads of a listener: its own and those of its sources and outputs. */
  private static long liveThreads() throws InterruptedException {
    long count = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("rgap-")) {
        thread.join(2_000); // one that was told to end may still be on its way
        count += thread.isAlive() ? 1 : 0;
      }
    }
    return count;
  }

  private static long descriptors() throws IOException {
    Path all = Path.of("/proc/self/fd");
    if (!Files.isDirectory(all)) {
      return 0; // a system that doesn't tell
    }
    try (var open = Files.list(all)) {
      return open.count();
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
