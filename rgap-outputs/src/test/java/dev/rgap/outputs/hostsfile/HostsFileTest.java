package dev.rgap.outputs.hostsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.IpAddress;
import dev.rgap.testing.LogCapture;
import dev.rgap.testing.OutputContract;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest extends OutputContract {

  private static final Duration INTERVAL = Duration.ofSeconds(30);

  @AutoClose private final LogCapture log = LogCapture.of("dev.rgap.outputs");
  @TempDir private Path directory;

  private Path hosts() {
    return directory.resolve("hosts");
  }

  private HostsFileType.Config config(boolean section, HostsFileType.Mapping... mappings) {
    return new HostsFileType.Config(
        INTERVAL,
        hosts(),
        List.of(mappings),
        List.of("# BEGIN"),
        List.of("# END"),
        section,
        Debounce.OF_FILES,
        ManagedFile.Placement.REPLACE);
  }

  private static HostsFileType.Mapping ready(String... fallbacks) {
    return new HostsFileType.Mapping(
        "worker", new MappedGroup(READY, Stream.of(fallbacks).map(IpAddress::parse).toList()));
  }

  private static HostsFileType.Mapping late() {
    return new HostsFileType.Mapping("late", new MappedGroup(LATE, List.of()));
  }

  private HostsFileOutput begin(HostsFileType.Config config) {
    HostsFileOutput output = new HostsFileOutput(config, context);
    output.start();
    clock.runDue();
    return output;
  }

  /** Begins, and lets the time pass after which it writes first. */
  private HostsFileOutput start(HostsFileType.Config config) {
    HostsFileOutput output = begin(config);
    advance(config.interval());
    return output;
  }

  @Override
  protected HostsFileOutput create(OutputContext given) {
    return new HostsFileOutput(config(false, ready("192.0.2.10"), late()), given);
  }

  @Override
  protected Optional<Output> createFailing(OutputContext given) {
    HostsFileType.Config config =
        new HostsFileType.Config(
            INTERVAL,
            directory.resolve("missing/hosts"),
            List.of(ready()),
            List.of(),
            List.of(),
            false,
            Debounce.OF_FILES,
            ManagedFile.Placement.REPLACE);
    return Optional.of(new HostsFileOutput(config, given));
  }

  private void assertHosts(String expected) throws IOException {
    assertThat(hosts()).hasContent(expected);
  }

  @Test
  void writesTheMembersInOrder() throws IOException {
    try (HostsFileOutput _ = start(config(false, ready()))) {
      assertHosts("# BEGIN\n# END\n");
      announce(READY, "2001:db8::1");
      announce(READY, "192.0.2.20");
      announce(READY, "192.0.2.3");
      advance(Duration.ofSeconds(1));
      assertHosts("# BEGIN\n192.0.2.3 worker\n192.0.2.20 worker\n2001:db8::1 worker\n# END\n");
      advance(EXPIRE);
      assertHosts("# BEGIN\n# END\n");
    }
  }

  @Test
  void writesFallbacksWhileTheGroupIsEmpty() throws IOException {
    try (HostsFileOutput _ = start(config(false, ready("192.0.2.10", "2001:db8::10")))) {
      String fallbacks =
          "# BEGIN\n192.0.2.10 worker # fallback\n2001:db8::10 worker # fallback\n# END\n";
      assertHosts(fallbacks);
      announce(READY, "192.0.2.1");
      advance(Duration.ofSeconds(1));
      assertHosts("# BEGIN\n192.0.2.1 worker\n# END\n");
      advance(EXPIRE);
      assertHosts(fallbacks);
    }
  }

  @Test
  void writesNothingBeforeAllGroupsAreReady() throws IOException {
    Files.writeString(hosts(), "of the last run\n");
    announce(READY, "192.0.2.1");
    try (HostsFileOutput _ = begin(config(false, ready(), late()))) {
      announce(LATE, "192.0.2.2");
      advance(READINESS_DELAY.minusMillis(1));
      assertHosts("of the last run\n");
      announce(LATE, "192.0.2.2");
      advance(Duration.ofMillis(200));
      assertHosts("# BEGIN\n192.0.2.2 late\n# END\n");
    }
  }

  /** Without a readiness delay nobody can have been heard at the start. */
  @Test
  void writesFirstAfterOneIntervalIfNobodyIsKnown() throws IOException {
    Files.writeString(hosts(), "of the last run\n");
    try (HostsFileOutput _ = begin(config(false, ready("192.0.2.10")))) {
      advance(INTERVAL.dividedBy(2));
      announce(READY, "192.0.2.1");
      advance(INTERVAL.dividedBy(2).minusNanos(1));
      assertHosts("of the last run\n");
      advance(Duration.ofNanos(1));
      assertHosts("# BEGIN\n192.0.2.1 worker\n# END\n");
      announce(READY, "192.0.2.2");
      advance(Duration.ofMillis(100));
      assertHosts("# BEGIN\n192.0.2.1 worker\n192.0.2.2 worker\n# END\n");
    }
  }

  @Test
  void writesAtOnceWhatIsKnown() throws IOException {
    announce(READY, "192.0.2.1");
    try (HostsFileOutput _ = begin(config(false, ready()))) {
      assertHosts("# BEGIN\n192.0.2.1 worker\n# END\n");
    }
  }

  @Test
  void writesWhenTheReadinessDelayIsOver() throws IOException {
    try (HostsFileOutput _ = begin(config(false, late()))) {
      advance(READINESS_DELAY.minusNanos(1));
      assertThat(hosts()).doesNotExist();
      advance(Duration.ofMillis(100));
      assertHosts("# BEGIN\n# END\n");
    }
  }

  /** 100 ms of quiet, or 1 s after the first of many changes. */
  @Test
  void collectsChangesForAMoment() throws IOException {
    try (HostsFileOutput output = start(config(false, ready()))) {
      advance(Duration.ofSeconds(1));
      announce(READY, "192.0.2.1");
      advance(Duration.ofMillis(99));
      assertHosts("# BEGIN\n# END\n");
      advance(Duration.ofMillis(1));
      assertHosts("# BEGIN\n192.0.2.1 worker\n# END\n");
      long before = output.stats().written();

      for (int i = 0; i < 30; i++) {
        announce(READY, IpAddress.ofIpv4(i));
        advance(Duration.ofMillis(50));
      }
      assertThat(output.stats().written() - before).isEqualTo(1);
      advance(Duration.ofMillis(100));
      assertThat(output.stats().written() - before).isEqualTo(2);
    }
  }

  @Test
  void leavesAFileAloneThatIsAsItShould() throws IOException {
    try (HostsFileOutput output = start(config(false, ready()))) {
      FileTime long_ago = FileTime.fromMillis(0);
      Files.setLastModifiedTime(hosts(), long_ago);
      advance(INTERVAL.multipliedBy(10));
      assertThat(Files.getLastModifiedTime(hosts())).isEqualTo(long_ago);
      assertThat(output.stats().written()).isEqualTo(1);
      assertThat(output.stats().unchanged()).isGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void repairsWhatOthersDidToTheFileAtTheNextInterval() throws IOException {
    try (HostsFileOutput _ = start(config(false, ready("192.0.2.10")))) {
      Files.writeString(hosts(), "broken");
      advance(INTERVAL);
      assertHosts("# BEGIN\n192.0.2.10 worker # fallback\n# END\n");
      Files.delete(hosts());
      advance(INTERVAL);
      assertHosts("# BEGIN\n192.0.2.10 worker # fallback\n# END\n");
    }
  }

  @Test
  void managesItsSectionOnly() throws IOException {
    Files.writeString(hosts(), "127.0.0.1 localhost\n# BEGIN\nold\n# END\n192.0.2.7 printer\n");
    try (HostsFileOutput _ = start(config(true, ready()))) {
      announce(READY, "192.0.2.1");
      advance(Duration.ofSeconds(1));
      assertHosts("127.0.0.1 localhost\n# BEGIN\n192.0.2.1 worker\n# END\n192.0.2.7 printer\n");
      Files.writeString(hosts(), Files.readString(hosts()) + "192.0.2.8 scanner\n");
      advance(EXPIRE);
      assertHosts("127.0.0.1 localhost\n# BEGIN\n# END\n192.0.2.7 printer\n192.0.2.8 scanner\n");
    }
  }

  @Test
  void makesAFileOfASectionIfThereIsNone() throws IOException {
    try (HostsFileOutput _ = start(config(true, ready()))) {
      assertHosts("# BEGIN\n# END\n");
    }
  }

  @Test
  void doesNotTouchAFileWhoseSectionHasOneEndOnly() throws IOException {
    String damaged = "127.0.0.1 localhost\n# BEGIN\n192.0.2.1 worker\n";
    Files.writeString(hosts(), damaged);
    try (HostsFileOutput _ = start(config(true, ready()))) {
      advance(Duration.ofMinutes(10));
      assertHosts(damaged);
      assertThat(log.lines(Level.ERROR)).hasSize(1);
      assertThat(log.lines(Level.ERROR).getFirst())
          .contains("tested: ", "the line '# END' is missing");
      Files.writeString(hosts(), damaged + "# END\n");
      advance(INTERVAL);
      assertHosts("127.0.0.1 localhost\n# BEGIN\n# END\n");
      assertThat(log.lines()).anyMatch(line -> line.contains("works again, after "));
    }
  }

  /** Once in the log, and by itself again when the fault has gone. */
  @Test
  void writesAgainWhenTheDirectoryIsBack() throws IOException {
    Path gone = directory.resolve("gone");
    HostsFileType.Config config =
        new HostsFileType.Config(
            Duration.ofHours(1),
            gone.resolve("hosts"),
            List.of(ready("192.0.2.10")),
            List.of(),
            List.of(),
            false,
            Debounce.OF_FILES,
            ManagedFile.Placement.REPLACE);
    try (HostsFileOutput output = start(config)) {
      advance(Duration.ofMinutes(5));
      assertThat(log.lines(Level.ERROR)).hasSize(1);
      assertThat(output.stats().failed()).isBetween(8L, 20L);
      Files.createDirectory(gone);
      advance(Duration.ofMinutes(1));
      assertThat(gone.resolve("hosts")).hasContent("192.0.2.10 worker # fallback\n");
      assertThat(log.lines()).anyMatch(line -> line.contains("works again, after "));
    }
  }

  @Test
  void showsWhatItWouldWriteWithoutAStart() throws IOException {
    try (HostsFileOutput output = create(context)) {
      announce(LATE, "192.0.2.2");
      assertThat(output.render())
          .asString()
          .isEqualTo("# BEGIN\n192.0.2.10 worker # fallback\n192.0.2.2 late\n# END\n");
      assertThat(hosts()).doesNotExist();
    }
  }
}
