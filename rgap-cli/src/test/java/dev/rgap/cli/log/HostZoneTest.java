package dev.rgap.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostZoneTest {

  @TempDir Path directory;

  @Test
  void isTheOneThatTheJdkFinds() {
    Instant now = Instant.now();

    assertThat(HostZone.get().getRules().getOffset(now))
        .isEqualTo(ZoneId.systemDefault().getRules().getOffset(now));
  }

  @ParameterizedTest
  @CsvSource({
    "             ,               ,                                   , true",
    "             ,               , /usr/share/zoneinfo/Etc/UTC       , true",
    "             , ''            , ../usr/share/zoneinfo/UTC         , true",
    "             ,               , /usr/share/zoneinfo/Europe/Berlin , false",
    "             ,               , /somewhere/UTC                    , false",
    "             , UTC           , /usr/share/zoneinfo/Europe/Berlin , true",
    "             , Europe/Berlin , /usr/share/zoneinfo/Etc/UTC       , false",
    "             , UTC-1         , /usr/share/zoneinfo/Etc/UTC       , false",
    "Europe/Berlin, UTC           , /usr/share/zoneinfo/Etc/UTC       , false",
    "''           , UTC           ,                                   , true",
  })
  void isUtcOnlyWhereNothingElseIsSaid(
      @Nullable String property, @Nullable String variable, @Nullable String link, boolean utc)
      throws IOException {
    Path localtime = directory.resolve("localtime");
    if (link != null) {
      Path _ = Files.createSymbolicLink(localtime, Path.of(link));
    }

    assertThat(HostZone.isUtc(property, variable, localtime)).isEqualTo(utc);
  }

  /** The JDK finds out which one it is by what is in it. */
  @Test
  void isNotSaidToBeUtcOfACopy() throws IOException {
    Path copy = Files.writeString(directory.resolve("localtime"), "TZif2");

    assertThat(HostZone.isUtc(null, null, copy)).isFalse();
  }
}
