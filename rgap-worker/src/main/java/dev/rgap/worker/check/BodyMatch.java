package dev.rgap.worker.check;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What has to be in the text of an answer.
 *
 * @param text this text
 * @param regex something that a regular expression finds
 */
record BodyMatch(Optional<String> text, Optional<String> regex) {

  static final BodyMatch ANY = new BodyMatch(Optional.empty(), Optional.empty());

  /** The flags of a regular expression: what spans lines has to say so. */
  static final int FLAGS = Pattern.MULTILINE;

  /**
   * Looks for it.
   *
   * @return for people what is missing; nothing if it is all there
   * @throws IOException if it can't be told in time
   */
  String missing(String content, Deadline deadline) throws IOException {
    if (text.isPresent() && !content.contains(text.get())) {
      return "without the text that has to be in it";
    }
    if (regex.isEmpty()) {
      return "";
    }
    try {
      boolean found =
          Pattern.compile(regex.get(), FLAGS).matcher(new Timed(content, deadline)).find();
      return found ? "" : "body_matches finds nothing in it";
    } catch (LateException e) {
      throw new IOException("body_matches takes too long for this answer: not done " + deadline, e);
    } catch (StackOverflowError e) {
      throw new IOException("body_matches needs too much memory for this answer", e);
    }
  }

  /** It was not found in time. */
  private static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A text that can be read until a deadline: some regular expressions would not end otherwise. */
  private static final class Timed implements CharSequence {
    private static final int UNTIMED = 1 << 14;

    private final CharSequence text;
    private final Deadline deadline;
    private int reads;

    Timed(CharSequence text, Deadline deadline) {
      this.text = text;
      this.deadline = deadline;
    }

    @Override
    public char charAt(int index) {
      if (++reads % UNTIMED == 0) {
        try {
          int _ = deadline.millisLeft();
        } catch (SocketTimeoutException e) {
          throw new LateException();
        }
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
