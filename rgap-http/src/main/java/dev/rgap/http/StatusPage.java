package dev.rgap.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The page for people: one document without data, which asks the API for them.
 *
 * <p>A browser runs and applies nothing in it but the script and the style that are in this jar:
 * its policy has their hashes. It loads nothing from elsewhere, and no other page can have it in a
 * frame.
 */
final class StatusPage {

  private static final String PLACE_OF_STYLE = "/*STYLE*/";
  private static final String PLACE_OF_SCRIPT = "/*SCRIPT*/";

  /** In the order in which they need one another. */
  private static final List<String> SCRIPTS =
      List.of(
          "dom.js",
          "table.js",
          "api.js",
          "store.js",
          "verdict.js",
          "happenings.js",
          "overview.js",
          "group.js",
          "address.js",
          "main.js");

  @GuardedBy("this")
  private @Nullable Answer made;

  Answer show(Call call) throws Refusal {
    call.allow(Set.of());
    return whole();
  }

  /** Made when first asked for. */
  private synchronized Answer whole() {
    if (made == null) {
      made = make();
    }
    return made;
  }

  private static Answer make() {
    StringBuilder scripts = new StringBuilder("\n");
    for (String name : SCRIPTS) {
      scripts.append(read(name));
    }
    String script = scripts.toString();
    String style = "\n" + read("page.css");
    byte[] document =
        read("page.html")
            .replace(PLACE_OF_STYLE, style)
            .replace(PLACE_OF_SCRIPT, script)
            .getBytes(StandardCharsets.UTF_8);
    String policy =
        "default-src 'none'; script-src '"
            + hash(script)
            + "'; style-src '"
            + hash(style)
            + "'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none';"
            + " form-action 'none'";
    return new Answer(
        200,
        "text/html; charset=utf-8",
        Map.of("Content-Security-Policy", policy),
        out -> out.write(document));
  }

  private static String read(String name) {
    try (InputStream in = StatusPage.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IOException(name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As policies name what may be run. */
  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
