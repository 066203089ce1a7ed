package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.http.TestApi.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for people, as a browser gets it. */
class StatusPageTest {

  @TempDir private Path directory;
  private TestApi api;

  @BeforeEach
  void startWithToken() throws Exception {
    api = new TestApi(directory, "0123456789abcdef-secret");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Reply page() throws Exception {
    return api.tcp("GET", "/");
  }

  private static String inside(String element, String document) {
    Matcher found =
        Pattern.compile("<" + element + "[^>]*>(.*?)</" + element + ">", Pattern.DOTALL)
            .matcher(document);
    assertThat(found.find()).as(element).isTrue();
    String inside = found.group(1);
    assertThat(found.find()).as("another " + element).isFalse();
    return inside;
  }

  private static String hash(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(hash);
  }

  @Test
  void needsNoTokenAndHoldsNoData() throws Exception {
    api.announce("192.0.2.1");

    assertThat(page().status()).isEqualTo(200);
    assertThat(page().header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page().body()).startsWith("<!doctype html>").doesNotContain("192.0.2.1");
    assertThat(api.tcp("GET", "/v1/groups").status()).isEqualTo(401);
  }

  @Test
  void onlyItsOwnScriptAndStyleAreApplied() throws Exception {
    Reply page = page();
    String script = inside("script", page.body());
    String style = inside("style", page.body());

    assertThat(script).hasSizeGreaterThan(1_000);
    assertThat(page.header("Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src '"
                + hash(script)
                + "'; style-src '"
                + hash(style)
                + "'; connect-src 'self'; img-src data:; frame-ancestors 'none';"
                + " base-uri 'none'; form-action 'none'");
    assertThat(page.body())
        .doesNotContainPattern("(?i)\\sstyle=|\\son[a-z]+=\"|https?://(?!www\\.w3\\.org/2000/svg)")
        .doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
  }

  @Test
  void hasTheHeadersOfAllAnswers() throws Exception {
    assertThat(List.of("X-Content-Type-Options", "Cache-Control", "Referrer-Policy"))
        .extracting(page()::header)
        .containsExactly("nosniff", "no-cache", "no-referrer");
  }

  @Test
  void isNotGivenToNamesOfOthersAndTakesNoParameters() throws Exception {
    assertThat(api.tcp("GET", "/", "Host: evil.example").status()).isEqualTo(421);
    assertThat(api.tcp("GET", "/?group=1").status()).isEqualTo(400);
    assertThat(api.tcp("POST", "/", "Content-Length: 0").status()).isEqualTo(405);
    assertThat(api.tcp("HEAD", "/").status()).isEqualTo(200);
  }
}
