package dev.rgap.membership;

import dev.rgap.protocol.AnnouncementCodec;
import java.util.Arrays;

/**
 * The memory of a group's members: a row of six numbers for each, in pages, so that it grows and
 * shrinks in small steps and one member lies in one place.
 *
 * <pre>
 *  page   | used | live | free | next page, page before | row 0 | row 1 | ... | row 255 |
 *
 *  row    | address | timestamp | deadline | next in chain, next in queue | trail | ...
 * </pre>
 *
 * <p>{@link MemberPage} has the rows' numbers, one by one. The {@link Trail} and the sender's
 * address, 0 if it is unknown, tell people where the last announcement came from. Few senders are
 * another host than the one that is announced: a page's rows have two numbers more from the first
 * such sender on, until the page is dropped.
 *
 * <p>If it is asked to, a row has four numbers more: the signature of what the member has said
 * last, so that it can be said again as it was. They are 0 as long as it is not known.
 *
 * <p>A slot, which is a row's number, stays that of its member until it is freed. Pages with room
 * are a list, in which the one that was full until last comes first: so that pages with few rows
 * are left alone until they have none, and then dropped. A last page grows with the group.
 *
 * <p>What is copied to grow is at most a page, and the directory of pages: 4 to 8 bytes for each
 * 10,000 of rows.
 */
class MemberRows {

  /** No slot. */
  static final int NONE = -1;

  static final int PAGE_ROWS = 256;
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

  /**
   * Of a page with room: the next such page and the one before. Of one that has been dropped: the
   * next such page. {@link #NONE} if there is none.
   */
  private static final int NEIGHBOURS = 3;

  private static final long[][] NO_PAGES = {};
  private static final byte[] NO_WIDTHS = {};

  /** The pages; a dropped one has a header only. */
  private long[][] pages = NO_PAGES;

  /**
   * How many numbers each page's rows have. Few caches miss this; what a page itself says of them
   * would have to be fetched before the row is.
   */
  private byte[] widths = NO_WIDTHS;

  private boolean signed;

  /** Pages from this one on have not been made yet. */
  private int made;

  /** The first page with room. */
  private int firstWithRoom = NONE;

  /** The first page that has been dropped. */
  private int firstDropped = NONE;

  private int size;

  int size() {
    return size;
  }

  /** How many pages have rows. */
  int pages() {
    int count = 0;
    for (int i = 0; i < made; i++) {
      count += pages[i].length > MemberPage.HEADER ? 1 : 0;
    }
    return count;
  }

  /** Gives out a row. It links to nothing. */
  int add(long high, long low, long timestamp, long deadline) {
    if (firstWithRoom == NONE) {
      putFirst(newPage());
    }
    int number = firstWithRoom;
    long[] page = page(number);
    int width = widths[number];
    int row = (int) page[FREE] - 1;
    if (row >= 0) {
      page[FREE] = page[MemberPage.HEADER + row * width];
    } else {
      row = (int) page[USED];
      if (page.length == MemberPage.HEADER + row * width) {
        int rows = Math.min(PAGE_ROWS, row + Math.max(MIN_GROWTH, size / 8));
        page = Arrays.copyOf(page, MemberPage.HEADER + rows * width);
        pages[number] = page;
      }
      page[USED]++;
    }
    if (++page[LIVE] == PAGE_ROWS) {
      takeOut(page);
    }
    size++;
    int at = MemberPage.HEADER + row * width;
    page[at + MemberPage.HIGH] = high;
    page[at + MemberPage.LOW] = low;
    page[at + MemberPage.TIMESTAMP] = timestamp;
    page[at + MemberPage.DEADLINE] = deadline;
    page[at + MemberPage.LINKS] = links(NONE, NONE);
    page[at + MemberPage.TRAIL] = Trail.UNKNOWN;
    if (MemberPage.isWide(width)) {
      MemberPage.setSender(page, at, width, 0, 0);
    }
    return number * PAGE_ROWS + row;
  }

  /** Takes a row back. Nothing may link to it any more. */
  void free(int slot) {
    int number = slot / PAGE_ROWS;
    long[] page = page(number);
    page[at(slot)] = page[FREE];
    clearSignature(slot);
    page[FREE] = slot % PAGE_ROWS + 1L;
    if (page[LIVE]-- == PAGE_ROWS) {
      putFirst(number);
    }
    if (page[LIVE] == 0) {
      takeOut(page);
      drop(number);
    }
    if (--size == 0) {
      pages = NO_PAGES;
      widths = NO_WIDTHS;
      made = 0;
      firstDropped = NONE;
    }
  }

  // --- the pages ---------------------------------------------------------------------------------

  /** The number of a page without rows. */
  private int newPage() {
    int number = firstDropped;
    if (number != NONE) {
      firstDropped = next(page(number));
      return number;
    }
    number = made++;
    if (number == pages.length) {
      pages = Arrays.copyOf(pages, number + 1 + number / 8);
      widths = Arrays.copyOf(widths, pages.length);
    }
    pages[number] = new long[MemberPage.HEADER];
    widths[number] = MemberPage.width(signed, false);
    return number;
  }

  private void drop(int number) {
    long[] page = new long[MemberPage.HEADER];
    page[NEIGHBOURS] = links(firstDropped, NONE);
    pages[number] = page;
    widths[number] = MemberPage.width(signed, false);
    firstDropped = number;
  }

  /** Puts a page at the head of those with room. */
  private void putFirst(int number) {
    page(number)[NEIGHBOURS] = links(firstWithRoom, NONE);
    if (firstWithRoom != NONE) {
      long[] second = page(firstWithRoom);
      second[NEIGHBOURS] = links(next(second), number);
    }
    firstWithRoom = number;
  }

  /** Takes a page out of those with room. */
  private void takeOut(long[] page) {
    int next = next(page);
    int before = before(page);
    if (before == NONE) {
      firstWithRoom = next;
    } else {
      long[] first = page(before);
      first[NEIGHBOURS] = links(next, before(first));
    }
    if (next != NONE) {
      long[] second = page(next);
      second[NEIGHBOURS] = links(next(second), before);
    }
  }

  /** Every look at a page that is in none of a row's methods; tests count them. */
  long[] page(int number) {
    return pages[number];
  }

  private static int next(long[] page) {
    return (int) (page[NEIGHBOURS] >> 32);
  }

  private static int before(long[] page) {
    return (int) page[NEIGHBOURS];
  }

  // --- the rows ----------------------------------------------------------------------------------

  boolean isOf(int slot, long high, long low) {
    long[] page = pageOf(slot);
    int at = at(slot);
    return page[at + MemberPage.LOW] == low && page[at + MemberPage.HIGH] == high;
  }

  long high(int slot) {
    return pageOf(slot)[at(slot) + MemberPage.HIGH];
  }

  long low(int slot) {
    return pageOf(slot)[at(slot) + MemberPage.LOW];
  }

  long timestamp(int slot) {
    return pageOf(slot)[at(slot) + MemberPage.TIMESTAMP];
  }

  void setTimestamp(int slot, long timestamp) {
    pageOf(slot)[at(slot) + MemberPage.TIMESTAMP] = timestamp;
  }

  long deadline(int slot) {
    return pageOf(slot)[at(slot) + MemberPage.DEADLINE];
  }

  void setDeadline(int slot, long deadline) {
    pageOf(slot)[at(slot) + MemberPage.DEADLINE] = deadline;
  }

  /** Where the last announcement came from; see {@link Trail}. */
  long trail(int slot) {
    return pageOf(slot)[at(slot) + MemberPage.TRAIL];
  }

  long senderHigh(int slot) {
    return MemberPage.senderHigh(pageOf(slot), at(slot), widthOf(slot));
  }

  long senderLow(int slot) {
    return MemberPage.senderLow(pageOf(slot), at(slot), widthOf(slot));
  }

  /**
   * Notes where the last announcement came from.
   *
   * @param anew whether it has been a member since then only
   */
  void setTrail(int slot, boolean anew, long trail, long senderHigh, long senderLow) {
    long[] page = pageOf(slot);
    int at = at(slot);
    int width = widthOf(slot);
    page[at + MemberPage.TRAIL] =
        anew ? trail : Trail.withSinceOf(page[at + MemberPage.TRAIL], trail);
    if (MemberPage.senderHigh(page, at, width) != senderHigh
        || MemberPage.senderLow(page, at, width) != senderLow) {
      reshape(slot / PAGE_ROWS, MemberPage.width(signed, true));
      MemberPage.setSender(pageOf(slot), at(slot), widthOf(slot), senderHigh, senderLow);
    }
  }

  /** The next slot with the same hash; the {@link GroupTable}'s. */
  int chained(int slot) {
    return (int) (pageOf(slot)[at(slot) + MemberPage.LINKS] >> 32);
  }

  void setChained(int slot, int next) {
    pageOf(slot)[at(slot) + MemberPage.LINKS] = links(next, queued(slot));
  }

  /** The next slot to be looked at in about the same time; the {@link ExpiryQueue}'s. */
  int queued(int slot) {
    return (int) pageOf(slot)[at(slot) + MemberPage.LINKS];
  }

  void setQueued(int slot, int next) {
    pageOf(slot)[at(slot) + MemberPage.LINKS] = links(chained(slot), next);
  }

  private static long links(int first, int second) {
    return (long) first << 32 | Integer.toUnsignedLong(second);
  }

  private long[] pageOf(int slot) {
    return pages[slot / PAGE_ROWS];
  }

  private int widthOf(int slot) {
    return widths[slot / PAGE_ROWS];
  }

  private int at(int slot) {
    return MemberPage.HEADER + slot % PAGE_ROWS * widthOf(slot);
  }

  /** Copies a page's rows, if they have another width. */
  private void reshape(int number, byte width) {
    if (width != widths[number]) {
      pages[number] = MemberPage.reshaped(pages[number], widths[number], width);
      widths[number] = width;
    }
  }

  // --- signatures --------------------------------------------------------------------------------

  /** Has room for signatures from now on, or not any more. Copies all rows if that is a change. */
  void keepSignatures(boolean kept) {
    signed = kept;
    for (int i = 0; i < made; i++) {
      reshape(i, MemberPage.width(kept, MemberPage.isWide(widths[i])));
    }
  }

  /** Keeps the signature of this announcement, if there is room for it. */
  void setSignature(int slot, byte[] datagram) {
    if (signed) {
      long[] page = pageOf(slot);
      int at = at(slot) + MemberPage.SIGNATURE;
      for (int part = 0; part < MemberPage.SIGNATURE_PARTS; part++) {
        page[at + part] = AnnouncementCodec.signature(datagram, part);
      }
    }
  }

  /** Forgets a signature: the row is not written any more. */
  void clearSignature(int slot) {
    if (signed) {
      int at = at(slot) + MemberPage.SIGNATURE;
      Arrays.fill(pageOf(slot), at, at + MemberPage.SIGNATURE_PARTS, 0);
    }
  }

  /** How many pages there may be with rows: their numbers begin at 0. */
  int lastPage() {
    return made;
  }

  /** How many rows of a page are given out. */
  int sizeOfPage(int number) {
    return (int) pages[number][LIVE];
  }

  /**
   * Writes the announcements of a page's rows whose signatures are known, as they came, one after
   * the other.
   *
   * @param to has room for {@value #PAGE_ROWS} of them
   * @return how many there were
   */
  int writePage(int number, long groupBits, byte[] to) {
    if (number >= made || !signed) {
      return 0;
    }
    long[] page = pages[number];
    int written = 0;
    for (int at = MemberPage.HEADER; at < page.length; at += widths[number]) {
      int signature = at + MemberPage.SIGNATURE;
      if ((page[signature] | page[signature + 1] | page[signature + 2] | page[signature + 3])
          != 0) {
        int offset = written++ * AnnouncementCodec.SIZE;
        AnnouncementCodec.write(
            groupBits,
            page[at + MemberPage.TIMESTAMP],
            page[at + MemberPage.HIGH],
            page[at + MemberPage.LOW],
            to,
            offset);
        for (int part = 0; part < MemberPage.SIGNATURE_PARTS; part++) {
          AnnouncementCodec.writeSignature(page[signature + part], part, to, offset);
        }
      }
    }
    return written;
  }
}
