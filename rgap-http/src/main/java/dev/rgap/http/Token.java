package dev.rgap.http;

import dev.rgap.api.InternalApi;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A secret by which a client shows that it may ask. It can be compared, and not be printed. */
@InternalApi
public final class Token {

  /** Fewer could be guessed. */
  static final int LEAST = 16;

  private static final int MOST = 1024;

  private final byte[] hash;

  private Token(byte[] hash) {
    this.hash = hash;
  }

  /**
   * The token in a file's content: a line of visible ASCII.
   *
   * @throws IllegalArgumentException if it is none; the message doesn't repeat it
   */
  public static Token parse(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1).strip();
    if (text.length() < LEAST || text.length() > MOST) {
      throw new IllegalArgumentException(
          "a token has " + LEAST + " to " + MOST + " characters; 'rgap genpsk' makes a good one");
    }
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("a token is one line of letters, digits and signs");
    }
    return new Token(hash(text));
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each Java has it
    }
  }

  /** Whether a client has sent this; takes as long whatever it has sent. */
  boolean is(String sent) {
    return MessageDigest.isEqual(hash, hash(sent));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token that && MessageDigest.isEqual(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return "token";
  }
}
