package dev.rgap.benchmarks.jmh;

import dev.rgap.listener.Gate;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.LiveMembership;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Checking a datagram, for each verdict on it.
 *
 * <p>Datagrams for randomly chosen groups take turns: if it were always the same one, the processor
 * would learn the way to its group, and all that is read would be in its nearest cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GateBenchmark {

  /** What is to become of the datagrams. */
  public enum Verdict {
    /** Nothing is wrong with them. */
    ACCEPTED(null),
    /** Signed with another key. */
    SIGNATURE(Rejection.SIGNATURE),
    /** One byte short. */
    SIZE(Rejection.SIZE),
    /** Of another version. */
    VERSION(Rejection.VERSION),
    /** For a group that is not there. */
    GROUP(Rejection.GROUP),
    /** Too old. */
    STALE(Rejection.STALE);

    private final @Nullable Rejection rejection;

    Verdict(@Nullable Rejection rejection) {
      this.rejection = rejection;
    }
  }

  /** A power of two. */
  private static final int DATAGRAMS = 1 << 12;

  private static final long NOW_MICROS = 1_700_000_000_000_000L;

  private static final Duration EXPIRE = Duration.ofMinutes(1);

  /** How many groups there are. */
  @Param({"1", "10000"})
  public int groups;

  /** What is to become of the datagrams. */
  @Param public Verdict verdict = Verdict.ACCEPTED;

  private final byte[][] datagrams = new byte[DATAGRAMS][];
  private int next;
  private int length;
  private Gate gate = gate(List.of());

  private static Gate gate(List<GroupConfig> groups) {
    Scheduler expiry = Scheduler.onThread("rgap-expiry", HostClock.system());
    return new Gate(new LiveMembership(groups, expiry));
  }

  /** Makes groups and datagrams. */
  @Setup
  public void prepare() {
    SplittableRandom random = new SplittableRandom(1);
    SecureRandom keys = new SecureRandom();
    List<GroupConfig> known = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      GroupId id = new GroupId(random.nextLong());
      PreSharedKey key = PreSharedKey.generate(keys);
      known.add(GroupConfig.of(id, key, EXPIRE));
    }
    gate = gate(known);
    PreSharedKey wrong = PreSharedKey.generate(keys);
    AnnouncementSigner signer = new AnnouncementSigner();
    IpAddress address = IpAddress.ofIpv4(10 << 24);
    length = AnnouncementCodec.SIZE - (verdict == Verdict.SIZE ? 1 : 0);
    for (int i = 0; i < DATAGRAMS; i++) {
      GroupConfig group = known.get(random.nextInt(groups));
      byte[] datagram = new byte[AnnouncementCodec.SIZE];
      signer.sign(
          verdict == Verdict.GROUP ? random.nextLong() : group.id().bits(),
          NOW_MICROS - (verdict == Verdict.STALE ? 2 * group.clockSkewMicros() : 0),
          address.high(),
          address.low() + i,
          verdict == Verdict.SIGNATURE ? wrong : group.key(),
          datagram);
      if (verdict == Verdict.VERSION) {
        datagram[0] ^= 1;
      }
      datagrams[i] = datagram;
      Rejection found = gate.check(datagram, length, NOW_MICROS);
      if (found != verdict.rejection) {
        throw new IllegalStateException(verdict + " is rejected as " + found);
      }
    }
  }

  /** Checks the next datagram. */
  @Benchmark
  public @Nullable Rejection check() {
    next = (next + 1) & (DATAGRAMS - 1);
    return gate.check(datagrams[next], length, NOW_MICROS);
  }
}
