package dev.rgap.outputs.dns;

/**
 * An answer under construction: header, question, records, and the OPT record at its end. One
 * object is used for answer after answer. Not safe for use by several threads.
 */
final class Answer {

  /** The answer is authoritative. */
  static final int AA = 0x0400;

  /** Records are missing. */
  static final int TC = 0x0200;

  private final Query query;
  private final boolean authoritative;
  private final OptRecord opt;
  private boolean hasQuestion;
  private int limit;

  /** What is written to. */
  byte[] bytes = new byte[0];

  /** Where the next record begins. */
  int end;

  /**
   * Makes one for answers to a query.
   *
   * @param query is read anew for each answer
   */
  Answer(Query query, DnsConfig config) {
    this.query = query;
    authoritative = config.authoritative();
    opt = new OptRecord(config.udpPayload());
  }

  /**
   * Begins an answer.
   *
   * @param withQuestion whether the question is sent back
   * @param output takes the answer
   * @param mostBytes how long it may be, with the OPT record
   */
  void begin(boolean withQuestion, byte[] output, int mostBytes) {
    hasQuestion = withQuestion;
    bytes = output;
    limit = mostBytes;
    opt.clear();
    end = Query.HEADER + (withQuestion ? query.questionLength : 0);
    System.arraycopy(query.message, 0, output, 0, end);
  }

  /** How many bytes there are for more records; the OPT record has its own. */
  int room() {
    return limit - end - (query.edns ? opt.length() : 0);
  }

  /**
   * Takes an option of EDNS along, if the query has EDNS and there is room.
   *
   * @param option as {@link OptRecord#option} makes it
   */
  void option(byte[] option) {
    if (query.edns && option.length <= room()) {
      opt.add(option);
    }
  }

  /** Ends a question's answer with records; the counts are those of the sections. */
  int finish(int responseCode, int flags, int answers, int authorities, int additionals) {
    int shown = authoritative ? flags : flags & ~AA;
    put16(2, query.answerFlags() | shown | (responseCode & 0xf));
    put16(4, hasQuestion ? 1 : 0);
    put16(6, answers);
    put16(8, authorities);
    put16(10, additionals + (query.edns ? 1 : 0));
    if (query.edns) {
      end = opt.write(bytes, end, responseCode, query.dnssecOk);
    }
    return end;
  }

  /**
   * Turns an answer that is finished into an empty one with TC, which tells the client to ask again
   * by TCP. One without a question, to a malformed query, stays what it is.
   *
   * @return its length
   */
  int truncate() {
    if (!hasQuestion) {
      return end;
    }
    end = Query.HEADER + query.questionLength;
    opt.clear();
    return finish(ResponseCode.NOERROR, TC, 0, 0, 0);
  }

  private void put16(int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
