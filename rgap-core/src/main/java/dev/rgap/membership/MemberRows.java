package dev.rgap.membership;

import java.util.Arrays;

/**
 * The memory of a group's members: a row of five numbers for each, in pages, so that it grows and
 * shrinks in small steps and one member lies in one place.
 *
 * <pre>
 *  page   | used | live | free | row 0 | row 1 | ... | row 255 |
 *
 *  row    | address high | address low | timestamp | deadline | next in chain, next in queue |
 *              64 bits        64 bits       µs           ns           32 bits + 32 bits
 * </pre>
 *
 * <p>A slot, which is a row's number, stays that of its member until it is freed. Rows in the
 * lowest pages are given out first, and a page of which no row is left is dropped. The last page
 * grows with the group.
 */
final class MemberRows {

  /** No slot. */
  static final int NONE = -1;

  private static final int PAGE_ROWS = 256;
  private static final int MIN_GROWTH = 4;

  // A page's first numbers:
  /** Rows that have been given out, freed or not. */
  private static final int USED = 0;

  /** Rows that are not free. */
  private static final int LIVE = 1;

  /**
   * The freed row to be given out next, plus 1; 0 if there is none. Its first number is another.
   */
  private static final int FREE = 2;

  private static final int HEADER = 3;

  // The numbers of a row:
  private static final int HIGH = 0;
  private static final int LOW = 1;
  private static final int TIMESTAMP = 2;
  private static final int DEADLINE = 3;
  private static final int LINKS = 4;
  private static final int ROW = 5;

  /** In place of a page that has no rows. Never written to. */
  private static final long[] NO_PAGE = new long[HEADER];

  private long[][] pages = {};

  /** All pages before this one are full. */
  private int firstWithRoom;

  private int size;

  int size() {
    return size;
  }

  /** Gives out a row. It links to nothing. */
  int add(long high, long low, long timestamp, long deadline) {
    while (firstWithRoom < pages.length && pages[firstWithRoom][LIVE] == PAGE_ROWS) {
      firstWithRoom++;
    }
    int number = firstWithRoom;
    if (number == pages.length) {
      pages = Arrays.copyOf(pages, number + 1 + number / 8);
      Arrays.fill(pages, number, pages.length, NO_PAGE);
    }
    long[] page = pages[number];
    int row = (int) page[FREE] - 1;
    if (row >= 0) {
      page[FREE] = page[HEADER + row * ROW];
    } else {
      row = (int) page[USED];
      if (page.length == HEADER + row * ROW) {
        int rows = Math.min(PAGE_ROWS, row + Math.max(MIN_GROWTH, size / 8));
        page = Arrays.copyOf(page, HEADER + rows * ROW);
        pages[number] = page;
      }
      page[USED]++;
    }
    page[LIVE]++;
    size++;
    int at = HEADER + row * ROW;
    page[at + HIGH] = high;
    page[at + LOW] = low;
    page[at + TIMESTAMP] = timestamp;
    page[at + DEADLINE] = deadline;
    page[at + LINKS] = links(NONE, NONE);
    return number * PAGE_ROWS + row;
  }

  /** Takes a row back. Nothing may link to it any more. */
  void free(int slot) {
    int number = slot / PAGE_ROWS;
    long[] page = pages[number];
    if (--page[LIVE] == 0) {
      pages[number] = NO_PAGE;
    } else {
      page[at(slot)] = page[FREE];
      page[FREE] = slot % PAGE_ROWS + 1L;
    }
    firstWithRoom = Math.min(firstWithRoom, number);
    size--;
  }

  boolean isOf(int slot, long high, long low) {
    long[] page = page(slot);
    int at = at(slot);
    return page[at + LOW] == low && page[at + HIGH] == high;
  }

  long high(int slot) {
    return page(slot)[at(slot) + HIGH];
  }

  long low(int slot) {
    return page(slot)[at(slot) + LOW];
  }

  long timestamp(int slot) {
    return page(slot)[at(slot) + TIMESTAMP];
  }

  void setTimestamp(int slot, long timestamp) {
    page(slot)[at(slot) + TIMESTAMP] = timestamp;
  }

  long deadline(int slot) {
    return page(slot)[at(slot) + DEADLINE];
  }

  void setDeadline(int slot, long deadline) {
    page(slot)[at(slot) + DEADLINE] = deadline;
  }

  /** The next slot with the same hash; the {@link GroupTable}'s. */
  int chained(int slot) {
    return (int) (page(slot)[at(slot) + LINKS] >> 32);
  }

  void setChained(int slot, int next) {
    page(slot)[at(slot) + LINKS] = links(next, queued(slot));
  }

  /** The next slot to be looked at in about the same time; the {@link ExpiryQueue}'s. */
  int queued(int slot) {
    return (int) page(slot)[at(slot) + LINKS];
  }

  void setQueued(int slot, int next) {
    page(slot)[at(slot) + LINKS] = links(chained(slot), next);
  }

  private static long links(int chained, int queued) {
    return (long) chained << 32 | Integer.toUnsignedLong(queued);
  }

  private long[] page(int slot) {
    return pages[slot / PAGE_ROWS];
  }

  private static int at(int slot) {
    return HEADER + slot % PAGE_ROWS * ROW;
  }
}
