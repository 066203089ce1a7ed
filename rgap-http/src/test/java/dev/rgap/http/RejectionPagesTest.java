package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.PreSharedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where members come from, and why others are none. */
class RejectionPagesTest {

  private static final PreSharedKey OTHER_KEY = PreSharedKey.parseHex("cd".repeat(32));
  private static final Duration NOW = Duration.ZERO;

  @TempDir private Path directory;
  @AutoClose private TestApi api;

  @BeforeEach
  void send() throws IOException {
    api = new TestApi(directory, "");
    api.send(TestApi.READY, "192.0.2.1", Duration.ofMillis(-1_500), TestApi.KEY, "10.0.0.1");
    api.clock.advance(Duration.ofSeconds(1));
    api.send(TestApi.READY, "192.0.2.2", NOW, OTHER_KEY, "10.0.0.2");
    api.clock.advance(Duration.ofSeconds(1));
    api.send(TestApi.WAITING, "192.0.2.2", Duration.ofMillis(65_500), TestApi.KEY, "10.0.0.2");
    api.clock.advance(Duration.ofSeconds(1));
    api.send(new GroupId(7), "2001:db8::1", NOW, TestApi.KEY, "2001:db8::1");
  }

  @Test
  void membersTellWhereTheyComeFrom() throws Exception {
    assertThat(api.get("/v1/groups/1000").body())
        .contains(
            "\"held\":false,\"draining\":false,\"since\":\"2026-01-02T03:04:05Z\","
                + "\"announced\":\"2026-01-02T03:04:04.178901Z\",\"sender\":\"10.0.0.1\","
                + "\"skew_seconds\":-1.5,\"key\":\""
                + TestApi.KEY.fingerprint()
                + "\"}");
  }

  @Test
  void allThatWasRejectedIsThereNewestFirst() throws Exception {
    assertThat(api.get("/v1/rejections").body())
        .isEqualTo(
            "{\"rejected\":{\"size\":0,\"version\":0,\"group\":1,\"stale\":1,"
                + "\"signature\":1,\"unsupported\":0,\"address\":0,\"replay\":0,\"pending\":0,\"full\":0},"
                + "\"others\":0,\"rejections\":["
                + "{\"reason\":\"group\",\"sender\":\"2001:db8::1\","
                + "\"source\":\"239.82.71.65:8271\",\"group\":\"7\","
                + "\"address\":\"2001:db8::1\",\"count\":1,"
                + "\"first\":\"2026-01-02T03:04:08.678901Z\","
                + "\"last\":\"2026-01-02T03:04:08.678901Z\","
                + "\"detail\":\"group 7 is not configured here\"},"
                + "{\"reason\":\"stale\",\"sender\":\"10.0.0.2\","
                + "\"source\":\"239.82.71.65:8271\",\"group\":\"2000\","
                + "\"address\":\"192.0.2.2\",\"count\":1,"
                + "\"first\":\"2026-01-02T03:04:07.678901Z\","
                + "\"last\":\"2026-01-02T03:04:07.678901Z\",\"skew_seconds\":65.5,"
                + "\"detail\":\"its timestamp is 1m5.5s ahead of this host's clock, allowed is 30s;"
                + " compare the clocks of both hosts\"},"
                + "{\"reason\":\"signature\",\"sender\":\"10.0.0.2\","
                + "\"source\":\"239.82.71.65:8271\",\"group\":\"1000\","
                + "\"address\":\"192.0.2.2\",\"count\":1,"
                + "\"first\":\"2026-01-02T03:04:06.678901Z\","
                + "\"last\":\"2026-01-02T03:04:06.678901Z\","
                + "\"detail\":\"the signature does not match the key of group 1000 (fingerprint "
                + TestApi.KEY.fingerprint()
                + "); compare the keys of both hosts\"}]}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "reason=stale, 1",
    "reason=replay, 0",
    "group=1000, 1",
    "group=0x7, 1",
    "sender=10.0.0.2, 2",
    "sender=2001:DB8:0::1, 1",
    "sender=subject, 0",
    "sender=10.0.0.2&reason=signature, 1",
    "sender=10.0.0.2&group=7, 0"
  })
  void whoeverAsksMayWantSomeOnly(String query, int found) throws Exception {
    String body = api.get("/v1/rejections?" + query).body();

    assertThat(body.split("\"detail\"", -1)).hasSize(found + 1);
    assertThat(body).contains("\"signature\":1");
  }

  @Test
  void whyAMemberIsOne() throws Exception {
    assertThat(api.get("/v1/addresses/192.0.2.1").body())
        .startsWith(
            "{\"address\":\"192.0.2.1\",\"groups\":[{\"group\":\"1000\",\"ready\":true,"
                + "\"member\":true,\"expires_at\":\"2026-01-02T03:04:34.178901Z\",")
        .endsWith("\"}],\"rejections\":[]}\n");
  }

  @Test
  void whoHasLeftIsToldWhenAndWhy() throws Exception {
    api.clock.advance(Duration.ofMinutes(1));

    assertThat(api.get("/v1/addresses/192.0.2.1").body())
        .isEqualTo(
            "{\"address\":\"192.0.2.1\",\"groups\":[{\"group\":\"1000\",\"ready\":true,"
                + "\"member\":false,\"left\":{\"time\":\"2026-01-02T03:04:34.178901Z\","
                + "\"cause\":\"expired\"}}],\"rejections\":[]}\n");
  }

  @Test
  void whyOthersAreNone() throws Exception {
    String none = api.get("/v1/addresses/192.0.2.2").body();
    assertThat(none)
        .contains(
            "\"groups\":[{\"group\":\"1000\",\"ready\":true,\"member\":false},"
                + "{\"group\":\"2000\",\"ready\":false,\"member\":false}]")
        .contains("\"reason\":\"stale\"", "\"reason\":\"signature\"");
    // The group is not configured here, and so none to tell about.
    assertThat(api.get("/v1/addresses/2001:db8:0::1").body())
        .contains("\"address\":\"2001:db8::1\",\"groups\":[],")
        .contains("\"reason\":\"group\"");
    // As a sender only.
    assertThat(api.get("/v1/addresses/10.0.0.2").body())
        .contains("\"groups\":[]", "\"reason\":\"stale\"");
    assertThat(api.get("/v1/addresses/192.0.2.9").body())
        .isEqualTo("{\"address\":\"192.0.2.9\",\"groups\":[],\"rejections\":[]}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/addresses/x, 400",
    "/v1/addresses/, 404",
    "/v1/addresses/192.0.2.1?group=1, 400",
    "/v1/rejections?reason=odd, 400",
    "/v1/rejections?group=x, 400",
    "/v1/rejections?address=192.0.2.1, 400"
  })
  void whatCantBeAnsweredIsSaid(String path, int status) throws Exception {
    assertThat(api.get(path).status()).isEqualTo(status);
  }

  @Test
  void groupsThatAreNotReadyAreToldAboutToo() throws Exception {
    api.send(TestApi.WAITING, "192.0.2.3", NOW, TestApi.KEY, "10.0.0.3");

    assertThat(api.get("/v1/addresses/192.0.2.3").body())
        .contains("\"group\":\"2000\",\"ready\":false,\"member\":true");
  }
}
