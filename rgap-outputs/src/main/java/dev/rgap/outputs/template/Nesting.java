package dev.rgap.outputs.template;

/** How deep the blocks of a template are in each other: the library recurses with each of them. */
final class Nesting {

  static final int MAX_DEPTH = 100;

  private static final String OPENING = "{{";

  private Nesting() {}

  /** Where the first block begins that is in too many others; −1 if there is none. */
  static int tooDeepAt(String text) {
    int depth = 0;
    int at = text.indexOf(OPENING);
    while (at >= 0) {
      int tag = at + OPENING.length();
      if (tag < text.length() && text.charAt(tag) == '~') {
        tag++;
      }
      boolean escaped = at > 0 && text.charAt(at - 1) == '\\';
      int end = tag + 1;
      if (text.startsWith("!--", tag)) {
        end = text.indexOf("--}}", tag);
      } else if (text.startsWith("!", tag)) {
        end = text.indexOf("}}", tag);
      } else if (text.startsWith("/", tag)) {
        depth = Math.max(0, depth - 1);
      } else if (!escaped && begins(text, tag) && ++depth > MAX_DEPTH) {
        return at;
      }
      at = end < 0 ? -1 : text.indexOf(OPENING, end);
    }
    return -1;
  }

  /** Whether a block begins here, and not what stands for its {@code else}. */
  private static boolean begins(String text, int tag) {
    return text.startsWith("#", tag)
        || (text.startsWith("^", tag)
            && !text.startsWith("^}}", tag)
            && !text.startsWith("^~}}", tag));
  }
}
