package dev.rgap.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.RejectedSender;
import dev.rgap.listener.Rejection;
import dev.rgap.listener.Rejections;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Sender;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener tells of the datagrams that it did not accept. */
class RejectionsTest {

  private static final GroupId GROUP = new GroupId(1000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Endpoint HERE = Endpoint.parse("239.82.71.65:8271");
  private static final Endpoint THERE = Endpoint.parse("127.0.0.1:8271");
  private static final String ADDRESS = "192.0.2.1";

  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.listener", Level.WARNING);

  private final AnnouncementSigner signer = new AnnouncementSigner();

  @AutoClose
  private final Listener listener =
      Listener.builder(
              ListenerConfig.of(
                  List.of(network.configured(HERE), network.configured(THERE)),
                  List.of(group(1000)),
                  List.of()))
          .clock(clock)
          .schedulers(name -> clock.scheduler())
          .build();

  private static GroupConfig group(long id) {
    return GroupConfig.of(new GroupId(id), KEY, Duration.ofSeconds(30))
        .withClockSkew(Duration.ofSeconds(10));
  }

  @BeforeEach
  void start() throws IOException {
    listener.start();
  }

  private byte[] announcement(long group, Duration age, PreSharedKey key) {
    return signer.sign(
        new Announcement(
            new GroupId(group),
            clock.epochMicros() - age.toNanos() / 1_000,
            IpAddress.parse(ADDRESS)),
        key);
  }

  private byte[] forged() {
    return announcement(1000, Duration.ZERO, OTHER_KEY);
  }

  private static InetSocketAddress sender(int number) throws IOException {
    return new InetSocketAddress(
        InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number}), 4000);
  }

  private List<RejectedSender> senders() {
    return listener.rejections().senders();
  }

  private @Nullable RejectedSender of(Rejection reason) {
    return senders().stream().filter(each -> each.reason() == reason).findFirst().orElse(null);
  }

  @Test
  void nothingIsThereInTheBeginning() {
    network.send(HERE, announcement(1000, Duration.ZERO, KEY));

    assertThat(listener.rejections()).isEqualTo(new Rejections(List.of(), 0));
  }

  @Test
  void tellsHowOftenAndWhenAndWhatIsWrong() throws Exception {
    Instant first = clock.instant();
    network.send(HERE, forged(), sender(1));
    clock.advance(Duration.ofSeconds(7));
    network.send(THERE, forged(), sender(1));

    assertThat(senders())
        .containsExactly(
            new RejectedSender(
                Rejection.SIGNATURE,
                "10.0.0.1",
                IpAddress.parse("10.0.0.1"),
                "127.0.0.1:8271",
                GROUP,
                IpAddress.parse(ADDRESS),
                2,
                first,
                first.plusSeconds(7),
                null,
                "the signature does not match the key of group 1000 (fingerprint "
                    + KEY.fingerprint()
                    + "); compare the keys of both hosts"));
  }

  @Test
  void measuresTheClocksOfThoseThatAreStale() throws Exception {
    network.send(HERE, announcement(1000, Duration.ofMillis(65_500), KEY), sender(1));
    clock.advance(Duration.ofSeconds(1));
    network.send(HERE, announcement(1000, Duration.ofHours(-1), KEY), sender(2));
    clock.advance(Duration.ofSeconds(1));

    assertThat(senders())
        .extracting(RejectedSender::skew)
        .containsExactly(Duration.ofHours(1), Duration.ofMillis(-65_500));
    assertThat(senders().getLast().detail())
        .isEqualTo(
            "its timestamp is 1m5.5s behind this host's clock, allowed is 10s; compare the clocks"
                + " of both hosts");
  }

  @Test
  void remembersWhatTheLogIsSilentAboutToo() throws Exception {
    listener.replaceGroup(
        group(1000)
            .withDamping(new Damping(2, Duration.ofSeconds(20)))
            .withAddresses(List.of(IpNetwork.parse("192.0.2.0/24"))));
    byte[] genuine = announcement(1000, Duration.ZERO, KEY);
    network.send(HERE, genuine, sender(1));
    network.send(HERE, genuine, sender(1));
    network.send(HERE, announcement(77, Duration.ZERO, KEY), sender(1));
    network.send(HERE, new byte[65], sender(1));
    network.send(HERE, new byte[2_048], sender(2));

    assertThat(senders())
        .extracting(RejectedSender::reason)
        .containsExactlyInAnyOrder(
            Rejection.PENDING, Rejection.REPLAY, Rejection.GROUP, Rejection.SIZE, Rejection.SIZE);
    assertThat(log.lines(Level.WARNING)).hasSize(2).allMatch(line -> line.contains(": size: "));
    assertThat(of(Rejection.PENDING))
        .hasFieldOrPropertyWithValue(
            "detail",
            "its address is new, and becomes a member when it is announced again (2 times within"
                + " 20s)");
    assertThat(of(Rejection.GROUP))
        .hasFieldOrPropertyWithValue("group", new GroupId(77))
        .hasFieldOrPropertyWithValue("detail", "group 77 is not configured here");
    assertThat(of(Rejection.SIZE))
        .hasFieldOrPropertyWithValue("group", null)
        .hasFieldOrPropertyWithValue("address", null);
    assertThat(senders())
        .extracting(RejectedSender::detail)
        .contains(
            "it has 65 bytes, an announcement has 66",
            "it has 2048 or more bytes, an announcement has 66");
  }

  @Test
  void groupsOfOneSenderAreToldApartButNotThoseThatItMakesUp() throws Exception {
    listener.addGroup(group(2000));
    network.send(HERE, forged(), sender(1));
    network.send(HERE, announcement(2000, Duration.ZERO, OTHER_KEY), sender(1));
    for (int i = 0; i < 10_000; i++) {
      network.send(HERE, announcement(3000 + i, Duration.ZERO, OTHER_KEY), sender(1));
    }

    assertThat(senders())
        .extracting(RejectedSender::group)
        .containsExactlyInAnyOrder(GROUP, new GroupId(2000), new GroupId(12_999));
    assertThat(of(Rejection.GROUP)).hasFieldOrPropertyWithValue("count", 10_000L);
    assertThat(listener.rejections().others()).isZero();
  }

  @Test
  void aFloodPushesOutNobodyWhoWasHeardInTheLastMinute() throws Exception {
    network.send(HERE, forged(), sender(-1));
    for (int second = 0; second < 150; second++) {
      clock.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 500; i++) {
        network.send(HERE, new byte[1], sender(500 * second + i));
      }
      if (second % 59 == 0) {
        network.send(HERE, forged(), sender(-1));
      }
    }

    Rejections told = listener.rejections();
    assertThat(of(Rejection.SIGNATURE)).hasFieldOrPropertyWithValue("count", 4L);
    assertThat(told.senders()).hasSizeBetween(200, 256);
    long kept = told.senders().stream().mapToLong(RejectedSender::count).sum();
    assertThat(told.others()).isBetween(1L, 75_004 - kept);
  }

  @Test
  void whatIsNormalInSomeNetworksTakesNoRoomFromWhatIsNot() throws Exception {
    byte[] genuine = announcement(1000, Duration.ZERO, KEY);
    for (int i = 0; i < 2_000; i++) {
      network.send(HERE, genuine, sender(i));
      network.send(HERE, announcement(77, Duration.ZERO, KEY), sender(i));
    }
    network.send(HERE, forged(), sender(1));

    assertThat(of(Rejection.SIGNATURE)).isNotNull();
    assertThat(senders()).hasSizeBetween(401, 513);
  }

  @Test
  void whoHasNoAddressGoesByItsLabel() {
    network.send(
        HERE,
        forged(),
        new Sender() {
          @Override
          public String label() {
            return "subject rgap.a";
          }

          @Override
          public @Nullable InetAddress address() {
            return null;
          }
        });

    assertThat(of(Rejection.SIGNATURE))
        .hasFieldOrPropertyWithValue("sender", "subject rgap.a")
        .hasFieldOrPropertyWithValue("senderAddress", null);
  }

  @Test
  void theKeyThatIsNamedIsTheOneThatItWasHeldAgainst() throws Exception {
    network.send(HERE, forged(), sender(1));
    listener.replaceGroup(GroupConfig.of(GROUP, OTHER_KEY, Duration.ofSeconds(30)));

    assertThat(of(Rejection.SIGNATURE)).isNotNull();
    assertThat(senders().getFirst().detail()).contains(KEY.fingerprint());
  }
}
