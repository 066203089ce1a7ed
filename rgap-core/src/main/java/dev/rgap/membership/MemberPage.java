package dev.rgap.membership;

/**
 * How the rows lie in a page of {@link MemberRows}: numbers in an array.
 *
 * <pre>
 *  page  | header: 4 numbers | row 0 | row 1 | ... | row 255 |     and 0, if its rows are wide
 *
 *  row   | address high | address low | timestamp | deadline | next in chain, next in queue | trail |
 *             64 bits        64 bits       µs           ns           32 bits + 32 bits
 *
 *        | signature: 4 numbers, if the group keeps it |     | sender high | sender low |, if wide
 * </pre>
 *
 * <p>Rows are wide if one of the page has, or had, a sender that is not the expected one: the
 * announced address itself, as agents announce their own; or, where the {@link Trail} knows no
 * skew, as after a restart, 0, which is none. Where all are the expected ones they take no room. So
 * that a row is found without a look at the header, the array's length tells whether they are wide:
 * it is odd then.
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

  /** Numbers of a row that is not wide and has no signature. */
  static final int PLAIN_ROW = 6;

  /** Numbers of one with a signature. */
  static final int SIGNED_ROW = 10;

  /** By how much a wide row has more. */
  private static final int SENDER = 2;

  private MemberPage() {}

  static boolean isWide(long[] page) {
    return (page.length & 1) != 0;
  }

  /**
   * Numbers of a row.
   *
   * @param base what they are if it is not wide
   */
  static int width(long[] page, int base) {
    return base + SENDER * (page.length & 1);
  }

  /** How many rows there is room for. */
  static int rows(long[] page, int base) {
    return (page.length - HEADER) / width(page, base);
  }

  /** The length of a page. */
  static int length(int rows, int base, boolean wide) {
    return wide ? HEADER + rows * (base + SENDER) + 1 : HEADER + rows * base;
  }

  /** Half of the sender's address in the row that begins there; both are 0 if it is unknown. */
  static long senderHigh(long[] page, int at, int base) {
    return isWide(page) ? page[at + base] : expected(page, at, HIGH);
  }

  static long senderLow(long[] page, int at, int base) {
    return isWide(page) ? page[at + base + 1] : expected(page, at, LOW);
  }

  private static long expected(long[] page, int at, int half) {
    return Trail.hasSkew(page[at + TRAIL]) ? page[at + half] : 0;
  }

  /** Only if the page is wide. */
  static void setSender(long[] page, int at, int base, long high, long low) {
    page[at + base] = high;
    page[at + base + 1] = low;
  }

  /**
   * The same rows in a page of another width. Signatures stay if both have them, else they are 0.
   */
  static long[] reshaped(long[] page, int base, int newBase, boolean wide) {
    int rows = rows(page, base);
    long[] changed = new long[length(rows, newBase, wide)];
    System.arraycopy(page, 0, changed, 0, HEADER);
    for (int row = 0; row < rows; row++) {
      int from = HEADER + row * width(page, base);
      int to = HEADER + row * width(changed, newBase);
      System.arraycopy(page, from, changed, to, Math.min(base, newBase));
      if (wide) {
        setSender(changed, to, newBase, senderHigh(page, from, base), senderLow(page, from, base));
      }
    }
    return changed;
  }
}
