package dev.rgap.scenarios;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.Damping;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Guard;
import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.ManualClock;
import dev.rgap.testing.MemoryNetwork;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener that ends, in order or not, and another one that goes on with its members. */
@Timeout(120)
class RestartedListenerTest {

  private static final GroupId ID = new GroupId(1000);
  private static final GroupId OTHER = new GroupId(2000);
  private static final PreSharedKey KEY = PreSharedKey.parseHex("ab".repeat(32));
  private static final PreSharedKey NEW_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration EXPIRE = Duration.ofSeconds(30);
  private static final Endpoint HERE = Endpoint.parse("127.0.0.1:1");

  private static final Endpoint THERE = Endpoint.parse("127.0.0.1:2");

  /** Longer than what was accepted may stay unwritten. */
  private static final Duration WRITTEN = Duration.ofSeconds(11);

  private static final GroupConfig GROUP =
      GroupConfig.of(ID, KEY, EXPIRE).withReadinessDelay(EXPIRE);

  @TempDir private Path directory;
  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.listener");
  private final ManualClock clock = new ManualClock();
  private final MemoryNetwork network = new MemoryNetwork();
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private Metrics metrics = new Metrics();
  private @Nullable Listener running;

  private Path state() {
    return directory.resolve("state");
  }

  private Path file() {
    return state().resolve("members");
  }

  private Listener start(GroupConfig... groups) throws IOException {
    return start(true, groups);
  }

  private Listener start(boolean readyWhenRestored, GroupConfig... groups) throws IOException {
    return start(HERE, readyWhenRestored, groups);
  }

  private Listener start(Endpoint at, boolean readyWhenRestored, GroupConfig... groups)
      throws IOException {
    metrics = new Metrics();
    Listener started =
        Listener.builder(
                ListenerConfig.of(List.of(network.configured(at)), Arrays.asList(groups), List.of())
                    .withState(new StateConfig(state(), readyWhenRestored)))
            .clock(clock)
            .schedulers(name -> clock.scheduler())
            .metrics(metrics)
            .build();
    running = started;
    started.start();
    clock.runDue();
    return started;
  }

  @AfterEach
  void end() {
    if (running != null) {
      running.close();
    }
  }

  /** Leaves the state as it is on disk now. */
  private void kill() throws IOException {
    byte[] written = Files.exists(file()) ? Files.readAllBytes(file()) : null;
    end();
    Files.deleteIfExists(file());
    if (written != null) {
      Files.write(file(), written);
    }
  }

  private byte[] announcement(GroupId group, int address, PreSharedKey key) {
    return signer.sign(
        new Announcement(group, clock.epochMicros(), IpAddress.ofIpv4((10 << 24) + address)), key);
  }

  private void announce(int... addresses) {
    for (int address : addresses) {
      send(announcement(ID, address, KEY));
    }
  }

  private void send(byte[] datagram) {
    network.send(HERE, datagram);
    clock.runDue();
  }

  private void advance(Duration by) {
    clock.advance(by);
    clock.runDue();
  }

  private static GroupSnapshot group(Listener listener) {
    return listener.membership().snapshot(ID);
  }

  private static List<String> members(Listener listener) {
    return listener.membership().snapshot(ID).addresses().stream()
        .map(IpAddress::toString)
        .toList();
  }

  private double number(String name) {
    return metrics.snapshot().value(name);
  }

  // --- members survive ---------------------------------------------------------------------------

  @Test
  void whoWasAMemberAtTheEndIsOneAtTheStart() throws Exception {
    Listener before = start(GROUP);
    announce(1, 2);
    advance(EXPIRE.dividedBy(2));
    announce(1, 2, 3);
    advance(EXPIRE.dividedBy(2));
    announce(3);
    assertThat(group(before).ready()).isTrue();
    end();
    advance(Duration.ofSeconds(2));

    Listener after = start(GROUP);

    assertThat(members(after)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    assertThat(group(after).ready()).isTrue();
    assertThat(number("rgap_state_restored_members")).isEqualTo(3);
    assertThat(log.lines(Level.INFO))
        .contains("state: " + file() + ", written 2s ago: 3 members restored; ready at once: 1000");
    assertThat(log.lines(Level.WARNING)).isEmpty();
  }

  @Test
  void aKilledOneLosesWhatWasNotWrittenYet() throws Exception {
    start(GROUP);
    announce(1);
    advance(WRITTEN);
    announce(2);
    kill();

    assertThat(members(start(GROUP))).containsExactly("10.0.0.1");
  }

  private void goodbye(int address) {
    IpAddress own = IpAddress.ofIpv4((10 << 24) + address);
    clock.advance(Duration.ofMillis(1));
    send(signer.sign(new Announcement(ID, clock.epochMicros(), own), AnnouncedState.LEAVING, KEY));
  }

  @Test
  void aGoodbyeIsWrittenSooner() throws Exception {
    start(GROUP);
    announce(1, 2, 3);
    advance(WRITTEN);

    goodbye(1);
    kill();
    assertThat(members(start(GROUP))).as("at once is too soon").hasSize(3);
    goodbye(1);
    advance(Duration.ofMillis(100));
    kill();
    assertThat(members(start(GROUP))).containsExactly("10.0.0.2", "10.0.0.3");
  }

  @Test
  void manyGoodbyesAreWrittenTogether() throws Exception {
    start(GROUP);
    announce(1, 2, 3);
    advance(WRITTEN);
    goodbye(1);
    advance(Duration.ofMillis(100));

    goodbye(2);
    goodbye(3);
    advance(Duration.ofMillis(900));
    kill();
    assertThat(members(start(GROUP))).containsExactly("10.0.0.2", "10.0.0.3");
    goodbye(2);
    advance(Duration.ofMillis(100));
    goodbye(3);
    advance(Duration.ofSeconds(1));
    kill();
    assertThat(members(start(GROUP))).isEmpty();
  }

  @Test
  void refreshesAreWrittenToo() throws Exception {
    start(GROUP);
    for (int i = 0; i < 20; i++) {
      announce(1);
      advance(EXPIRE.dividedBy(4));
    }
    kill();

    assertThat(members(start(GROUP))).containsExactly("10.0.0.1");
  }

  @Test
  void nobodyLivesLongerThanWhatItHasSaid() throws Exception {
    start(GROUP);
    announce(1);
    end();
    advance(EXPIRE.minusSeconds(1));
    assertThat(members(start(GROUP))).containsExactly("10.0.0.1");
    end();
    advance(Duration.ofSeconds(1));

    Listener after = start(GROUP);

    assertThat(members(after)).isEmpty();
    assertThat(log.lines(Level.INFO)).anyMatch(line -> line.contains("1 whose life is over"));
  }

  @Test
  void whoIsRestoredHasTheTimeToReport() throws Exception {
    start(GROUP);
    announce(1, 2);
    end();
    advance(EXPIRE.minusSeconds(2)); // all that was sent meanwhile is lost
    Listener after = start(GROUP);

    advance(Duration.ofSeconds(10));
    announce(2);
    advance(EXPIRE.minusSeconds(13));
    assertThat(members(after)).containsExactly("10.0.0.1", "10.0.0.2");
    advance(Duration.ofSeconds(2));

    assertThat(members(after)).as("who has not reported leaves").containsExactly("10.0.0.2");
    assertThat(metrics.snapshot().value("rgap_group_joins_total", "group", "1000")).isEqualTo(2);
  }

  @Test
  void newMembersOfADampedGroupAreNotAskedTwice() throws Exception {
    GroupConfig damped = GROUP.withDamping(new Damping(2, Duration.ofSeconds(10)));
    start(damped);
    announce(1);
    advance(Duration.ofSeconds(1));
    announce(1, 2);
    end();

    assertThat(members(start(damped))).containsExactly("10.0.0.1");
  }

  @Test
  void aGuardCountsWhoIsRestored() throws Exception {
    GroupConfig guarded = GROUP.withGuard(Guard.DEFAULT);
    start(guarded);
    announce(1, 2, 3, 4);
    end();
    Listener after = start(guarded);

    advance(EXPIRE.multipliedBy(2));

    assertThat(members(after)).as("nobody is heard: they are held").hasSize(4);
    advance(Guard.DEFAULT.hold());
    assertThat(members(after)).isEmpty();
  }

  @Test
  void severalGroupsAndManyMembers() throws Exception {
    Random random = new Random(1);
    GroupConfig other = GroupConfig.of(OTHER, NEW_KEY, EXPIRE);
    Listener before = start(GROUP, other);
    for (int i = 0; i < 3_000; i++) {
      announce(random.nextInt(2_000));
      send(announcement(OTHER, random.nextInt(700), NEW_KEY));
      if (i % 500 == 0) {
        advance(Duration.ofSeconds(7));
      }
    }
    List<IpAddress> one = before.membership().snapshot(ID).addresses();
    List<IpAddress> two = before.membership().snapshot(OTHER).addresses();
    end();

    Listener after = start(GROUP, other);

    assertThat(after.membership().snapshot(ID).addresses()).isEqualTo(one);
    assertThat(after.membership().snapshot(OTHER).addresses()).isEqualTo(two);
    assertThat(one).hasSizeGreaterThan(600);
  }

  // --- readiness ---------------------------------------------------------------------------------

  @Test
  void readyAtOnceOnlyIfItWasReady() throws Exception {
    start(GROUP);
    announce(1);
    end();

    Listener after = start(GROUP);

    assertThat(group(after).ready()).isFalse();
    advance(EXPIRE);
    assertThat(group(after).ready()).isTrue();
  }

  @Test
  void readyAtOnceOnlyIfThatIsWanted() throws Exception {
    readyWith(1);
    end();

    assertThat(group(start(false, GROUP)).ready()).isFalse();
  }

  @Test
  void notReadyWithAStateThatIsTooOld() throws Exception {
    readyWith();
    end();
    advance(EXPIRE.plusSeconds(1));

    assertThat(group(start(GROUP)).ready()).isFalse();
  }

  @Test
  void notReadyIfSomebodyWasLostWhoMayBeAlive() throws Exception {
    readyWith(1, 2);
    announce(1);
    end();
    advance(EXPIRE.minusSeconds(1));
    assertThat(group(start(GROUP)).ready()).isTrue();
    kill();
    advance(Duration.ofSeconds(2));

    Listener after = start(GROUP);

    assertThat(members(after)).isEmpty();
    assertThat(group(after).ready()).isFalse();
  }

  @Test
  void readyIfSomebodyWasLostWhoHadFallenSilent() throws Exception {
    readyWith(1, 2);
    advance(EXPIRE.minusSeconds(10));
    announce(1);
    end();
    advance(Duration.ofSeconds(11));

    Listener after = start(GROUP);

    assertThat(members(after)).containsExactly("10.0.0.1");
    assertThat(group(after).ready()).isTrue();
  }

  @Test
  void notReadyWithMembersThatWereHeldOnly() throws Exception {
    GroupConfig guarded = GROUP.withGuard(Guard.DEFAULT);
    readyWith(1, 2);
    end();
    start(guarded);
    advance(EXPIRE.plusSeconds(1));
    end();

    assertThat(group(start(guarded)).ready()).isFalse();
  }

  /** A listener whose group is ready and has these members. */
  private void readyWith(int... addresses) throws IOException {
    start(GROUP);
    advance(EXPIRE);
    announce(addresses);
  }

  // --- nothing else gets in ----------------------------------------------------------------------

  @Test
  void aRestartIsNoWayToReplay() throws Exception {
    GroupConfig patient = GROUP.withClockSkew(EXPIRE.multipliedBy(4));
    start(patient);
    announce(1, 2);
    byte[] copy = announcement(ID, 1, KEY);
    send(copy);
    advance(EXPIRE.plusSeconds(1)); // both leave
    announce(3);
    end();
    clock.stepWallClock(EXPIRE.negated()); // which makes the copy fresh again
    Listener after = start(patient);

    send(copy);

    assertThat(members(after)).doesNotContain("10.0.0.1");
    assertThat(after.stats().summary()).contains("replay 1");
  }

  @Test
  void whoseLifeEndedMeanwhileCannotBeReplayedEither() throws Exception {
    start(GROUP);
    byte[] copy = announcement(ID, 1, KEY);
    send(copy);
    end();
    advance(EXPIRE.plusSeconds(1));
    Listener after = start(GROUP);
    clock.stepWallClock(EXPIRE.negated());

    send(copy);

    assertThat(members(after)).isEmpty();
  }

  @Test
  void whatIsFromTheFutureDoesNotGetIn() throws Exception {
    start(GROUP);
    announce(1);
    end();
    clock.stepWallClock(Duration.ofHours(-1));

    assertThat(members(start(GROUP))).isEmpty();
    assertThat(log.lines(Level.INFO))
        .anyMatch(line -> line.contains("1 from the future (this host's clock was set back)"));
  }

  @Test
  void whatTheConfigurationDoesNotAllowAnyMoreDoesNotGetIn() throws Exception {
    start(GROUP);
    announce(1, 2);
    end();

    Listener after = start(GROUP.withAddresses(List.of(IpNetwork.parse("10.0.0.2/32"))));
    assertThat(members(after)).containsExactly("10.0.0.2");
    end();
    assertThat(members(start(GroupConfig.of(ID, NEW_KEY, EXPIRE)))).isEmpty();
    end();
    assertThat(start(GroupConfig.of(OTHER, KEY, EXPIRE)).membership().snapshot(OTHER).addresses())
        .isEmpty();
  }

  @Test
  void eachKeyOfTheGroupCounts() throws Exception {
    start(GROUP);
    announce(1);
    end();
    GroupConfig both = GROUP.withKeys(List.of(NEW_KEY, KEY));
    start(both);
    send(announcement(ID, 2, NEW_KEY));
    end();

    assertThat(members(start(both))).containsExactly("10.0.0.1", "10.0.0.2");
  }

  // --- damage ------------------------------------------------------------------------------------

  @Test
  void eachByteMayBeDamaged() throws Exception {
    readyWith(1, 2);
    end();
    byte[] whole = Files.readAllBytes(file());
    for (int bit = 0; bit < whole.length * 8; bit += 3) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file(), damaged);
      Listener after = start(GROUP);
      List<String> members = members(after);
      boolean inHeader = bit / 8 < AnnouncementCodec.SIZE;
      boolean inMembers = !inHeader && bit / 8 < 3 * AnnouncementCodec.SIZE;
      if (inHeader) {
        assertThat(members.size()).isIn(0, 2);
      } else {
        assertThat(members).as("bit %d", bit).hasSize(inMembers ? 1 : 2);
        assertThat(group(after).ready()).isFalse();
        assertThat(state().resolve("members.bad")).hasBinaryContent(damaged);
      }
      kill();
    }
  }

  @Test
  void theFileMayEndAnywhere() throws Exception {
    readyWith(1, 2, 3);
    end();
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      log.clear();
      Listener after = start(GROUP);
      List<String> members = members(after);

      assertThat(members).hasSize(Math.clamp(length / AnnouncementCodec.SIZE - 1, 0, 3));
      assertThat(group(after).ready()).isFalse();
      assertThat(log.lines(Level.WARNING)).hasSize(1);
      kill();
    }
  }

  @Test
  void foreignFilesAreSetAside() throws Exception {
    for (String foreign : List.of("{}", "rgap state 2, groups: 1\n", "a\n".repeat(10_000), "")) {
      Files.createDirectories(state());
      Files.writeString(file(), foreign);
      log.clear();

      start(GROUP);

      assertThat(state().resolve("members.bad")).hasContent(foreign);
      assertThat(log.lines(Level.WARNING)).hasSize(1);
      announce(1);
      kill();
    }
    assertThat(log.lines(Level.WARNING))
        .singleElement()
        .asString()
        .contains("is empty", "members.bad");
  }

  @Test
  void announcementsOfOthersKeysAreNoneOfTheGroups() throws Exception {
    readyWith(1);
    end();
    byte[] whole = Files.readAllBytes(file());
    byte[] forged = announcement(ID, 9, NEW_KEY);
    System.arraycopy(forged, 0, whole, AnnouncementCodec.SIZE, forged.length);
    Files.write(file(), whole);

    Listener after = start(GROUP);

    assertThat(members(after)).isEmpty();
    assertThat(group(after).ready()).isFalse();
  }

  // --- the disk ----------------------------------------------------------------------------------

  @Test
  void onlyTheOwnerReadsIt() throws Exception {
    readyWith(1);
    end();

    try (Stream<Path> files = Files.walk(state())) {
      for (Path each : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void aDiskThatCanNotBeWrittenCostsTheStateOnly() throws Exception {
    Files.writeString(state(), "no directory");
    Listener listener = start(GROUP);
    announce(1);
    advance(WRITTEN);
    announce(2);
    advance(WRITTEN);

    assertThat(members(listener)).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(number("rgap_state_last_write_successful")).isZero();
    assertThat(number("rgap_state_write_failures_total")).isGreaterThan(1);
    Files.delete(state());
    advance(WRITTEN);

    assertThat(number("rgap_state_last_write_successful")).isOne();
    assertThat(number("rgap_state_written_members")).isEqualTo(2);
    assertThat(log.lines(Level.WARNING).stream().filter(line -> line.contains("can't be written")))
        .hasSize(1);
    assertThat(log.lines(Level.INFO)).contains("state: " + file() + " is written again");
  }

  @Test
  void twoListenersDoNotWriteOneState() throws Exception {
    Listener first = start(GROUP);
    announce(1);
    advance(WRITTEN);
    Metrics ofFirst = metrics;
    Listener second = start(THERE, true, GROUP);
    advance(WRITTEN);

    assertThat(number("rgap_state_last_write_successful")).isZero();
    assertThat(log.lines(Level.WARNING))
        .singleElement()
        .asString()
        .contains("is used by another listener: give each its own");
    assertThat(ofFirst.snapshot().value("rgap_state_last_write_successful")).isOne();
    first.close();
    advance(WRITTEN);
    assertThat(number("rgap_state_last_write_successful")).isOne();
    second.close();
  }

  @Test
  void nothingIsWrittenWhenNothingHasChanged() throws Exception {
    start(GROUP);
    announce(1);
    advance(WRITTEN);
    Object written = Files.readAttributes(file(), "unix:ino,lastModifiedTime");
    advance(Duration.ofSeconds(15));

    assertThat(Files.readAttributes(file(), "unix:ino,lastModifiedTime")).isEqualTo(written);
  }

  @Test
  void aGroupWithMembersOfWhomNothingIsKeptIsNotWhole() throws Exception {
    readyWith(1, 2);
    ListenerConfig config =
        ListenerConfig.of(List.of(network.configured(HERE)), List.of(GROUP), List.of());
    Listener listener = requireNonNull(running);
    listener.reconfigure(config);
    listener.reconfigure(config.withState(new StateConfig(state(), true)));
    advance(Duration.ofSeconds(1));
    announce(1);
    end();

    Listener after = start(GROUP);

    assertThat(members(after)).containsExactly("10.0.0.1");
    assertThat(group(after).ready()).isFalse();
  }

  // --- changes while it runs ---------------------------------------------------------------------

  @Test
  void stateCanBeTurnedOnAndOffWhileItRuns() throws Exception {
    Listener listener = start(GROUP);
    announce(1);
    ListenerConfig without =
        ListenerConfig.of(List.of(network.configured(HERE)), List.of(GROUP), List.of());

    assertThat(listener.reconfigure(without).made()).containsExactly("state_dir changed");
    announce(2);
    assertThat(metrics.snapshot().families())
        .filteredOn(family -> family.name().startsWith("rgap_state"))
        .allMatch(family -> family.samples().isEmpty());
    Path elsewhere = directory.resolve("elsewhere");
    listener.reconfigure(without.withState(new StateConfig(elsewhere, true)));
    advance(Duration.ofSeconds(1));
    announce(2, 3);
    List<String> members = members(listener);
    end();

    assertThat(members).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
    Files.move(elsewhere.resolve("members"), file(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(members(start(GROUP)))
        .as("what was said while nothing was kept is not known")
        .containsExactly("10.0.0.2", "10.0.0.3");
  }

  @Test
  void manyRowsAreKeptWhenTheStateIsTurnedOnLate() throws Exception {
    Listener listener = start(GROUP);
    listener.replaceState(null);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      announce(i);
      expected.add(i);
    }
    listener.replaceState(new StateConfig(state(), true));
    assertThat(members(listener)).hasSameSizeAs(expected);
    advance(Duration.ofSeconds(1));
    expected.forEach(this::announce);
    end();

    assertThat(members(start(GROUP))).hasSameSizeAs(expected);
  }
}
