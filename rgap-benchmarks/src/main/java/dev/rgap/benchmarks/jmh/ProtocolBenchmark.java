package dev.rgap.benchmarks.jmh;

import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.protocol.SignedAnnouncement;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading, signing and verifying one datagram. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProtocolBenchmark {

  private final PreSharedKey key = PreSharedKey.generate(new SecureRandom());
  private final AnnouncementSigner signer = new AnnouncementSigner();
  private final Announcement announcement =
      new Announcement(new GroupId(1000), 1_700_000_000_000_000L, IpAddress.ofIpv4(10 << 24));
  private final byte[] datagram = signer.sign(announcement, key);
  private final byte[] room = new byte[AnnouncementCodec.SIZE];

  /** Takes all of it apart. */
  @Benchmark
  public SignedAnnouncement decode() {
    return AnnouncementCodec.decode(datagram, datagram.length);
  }

  /** Reads the version. */
  @Benchmark
  public int version() {
    return AnnouncementCodec.version(datagram);
  }

  /** Reads the group. */
  @Benchmark
  public long groupBits() {
    return AnnouncementCodec.groupBits(datagram);
  }

  /** Reads the timestamp. */
  @Benchmark
  public long timestampMicros() {
    return AnnouncementCodec.timestampMicros(datagram);
  }

  /** Reads the first half of the address. */
  @Benchmark
  public long addressHigh() {
    return AnnouncementCodec.addressHigh(datagram);
  }

  /** Reads the second half of the address. */
  @Benchmark
  public long addressLow() {
    return AnnouncementCodec.addressLow(datagram);
  }

  /** Verifies a signature that is right. */
  @Benchmark
  public boolean verify() {
    return signer.verify(datagram, key);
  }

  /** Makes a datagram, as an agent does. */
  @Benchmark
  public byte[] sign() {
    return signer.sign(announcement, key);
  }

  /** Writes a datagram into an array that is there. */
  @Benchmark
  public byte[] signInto() {
    signer.sign(
        announcement.group().bits(),
        announcement.timestampMicros(),
        announcement.address().high(),
        announcement.address().low(),
        key,
        room);
    return room;
  }
}
