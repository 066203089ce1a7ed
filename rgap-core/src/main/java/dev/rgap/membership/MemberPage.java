package dev.rgap.membership;

/**
 * How the rows lie in a page of {@link MemberRows}: numbers in an array.
 *
 * <pre>
 *  page  | header: 4 numbers | row 0 | row 1 | ... | row 255 |
 *
 *  row   | address high | address low | timestamp | deadline | next in chain, next in queue | trail |
 *             64 bits        64 bits       µs           ns           32 bits + 32 bits
 *
 *        | signature: 4 numbers, if the group keeps it |     | sender high | sender low |, if wide
 * </pre>
 *
 * <p>Rows are wide if one of the page has, or had, a sender that is not the expected one: the
 * announced address itself, as agents announce their own; or, where the {@link Trail} knows no
 * skew, as after a restart, 0, which is none. Where all are the expected ones they take no room.
 */
final class MemberPage {

  /** The numbers before the first row; {@link MemberRows}' own. */
  static final int HEADER = 4;

  // The numbers of a row:
  static final int HIGH = 0;
  static final int LOW = 1;
  static final int TIMESTAMP = 2;
  static final int DEADLINE = 3;
  static final int LINKS = 4;
  static final int TRAIL = 5;
  static final int SIGNATURE = 6;

  static final int SIGNATURE_PARTS = 4;

  /** Numbers of a row that is not wide and has no signature. */
  private static final int PLAIN_ROW = 6;

  /** By how much a wide row has more, at its end. */
  private static final int SENDER = 2;

  private MemberPage() {}

  /** How many numbers a row has. */
  static byte width(boolean signed, boolean wide) {
    return (byte) (PLAIN_ROW + (signed ? SIGNATURE_PARTS : 0) + (wide ? SENDER : 0));
  }

  /** Whether rows of so many numbers are wide: what else they have is 6 or 10 numbers. */
  static boolean isWide(int width) {
    return width % 4 == 0;
  }

  /** Half of the sender's address in the row that begins there; both are 0 if it is unknown. */
  static long senderHigh(long[] page, int at, int width) {
    return isWide(width) ? page[at + width - 2] : expected(page, at, HIGH);
  }

  static long senderLow(long[] page, int at, int width) {
    return isWide(width) ? page[at + width - 1] : expected(page, at, LOW);
  }

  private static long expected(long[] page, int at, int half) {
    return Trail.hasSkew(page[at + TRAIL]) ? page[at + half] : 0;
  }

  /** Only if rows are wide. */
  static void setSender(long[] page, int at, int width, long high, long low) {
    page[at + width - 2] = high;
    page[at + width - 1] = low;
  }

  /**
   * The same rows in a page of another width. Signatures stay if both have them, else they are 0.
   */
  static long[] reshaped(long[] page, int width, int newWidth) {
    int rows = (page.length - HEADER) / width;
    int kept = Math.min(withoutSender(width), withoutSender(newWidth));
    long[] changed = new long[HEADER + rows * newWidth];
    System.arraycopy(page, 0, changed, 0, HEADER);
    for (int row = 0; row < rows; row++) {
      int from = HEADER + row * width;
      int to = HEADER + row * newWidth;
      System.arraycopy(page, from, changed, to, kept);
      if (isWide(newWidth)) {
        long high = senderHigh(page, from, width);
        setSender(changed, to, newWidth, high, senderLow(page, from, width));
      }
    }
    return changed;
  }

  private static int withoutSender(int width) {
    return isWide(width) ? width - SENDER : width;
  }
}
