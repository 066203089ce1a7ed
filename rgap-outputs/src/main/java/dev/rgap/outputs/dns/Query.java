package dev.rgap.outputs.dns;

import java.util.Arrays;

/**
 * What a client asks: a received message taken apart as far as a name server needs.
 *
 * <p>Read are the header, the question and the OPT record. Other records are stepped over, whatever
 * they say and wherever their names point to. No message can make that take long: after {@value
 * #MAX_STEPS} steps it counts as malformed. No objects are made. One object is used for query after
 * query. Not safe for use by several threads.
 *
 * <pre>
 *  0     2       4   6   8   10  12
 *  +-----+-------+---+---+---+---+--------------+------+-------+-------------------------+
 *  | id  | flags | QD| AN| NS| AR| name (labels)| type | class | OPT (RFC 6891), or none |
 *  +-----+-------+---+---+---+---+--------------+------+-------+-------------------------+
 * </pre>
 */
final class Query {

  /** What to do with a message. */
  enum Verdict {
    /** It is a query that can be looked up. */
    ANSWER,
    /** It is no query, or so broken that there is nobody to answer. */
    DROP,
    /** It is answered with its header and FORMERR. */
    MALFORMED,
    /** It is answered with its header and NOTIMP. */
    NOT_IMPLEMENTED
  }

  static final int HEADER = 12;

  /** What follows the name of a question, in bytes. */
  static final int TYPE_AND_CLASS = 4;

  /** The class of all that is known here. */
  static final int CLASS_IN = 1;

  /** The class of what servers tell about themselves. */
  static final int CLASS_CHAOS = 3;

  static final int MAX_NAME = DomainName.MAX_LENGTH;
  static final int MAX_LABELS = (MAX_NAME + 1) / 2;

  private static final int QR = 0x8000;
  private static final int OPCODE_MASK = 0x7800;
  private static final int RD = 0x0100;
  private static final int CD = 0x0010;

  /** The opcode of queries, in its place. */
  private static final int QUERY = 0;

  private static final int MAX_LABEL = 63;
  private static final int POINTER = 0xc0;

  /** Type, class, TTL and length of a record. */
  private static final int AFTER_OWNER = 10;

  /**
   * How many records, labels of their names and options of EDNS are stepped over. Resolvers send a
   * record or two with a few options.
   */
  private static final int MAX_STEPS = 64;

  private static final int BROKEN = -1;
  private static final int OPTION_NSID = 3;

  /** The message, valid until the next one is read. */
  byte[] message = new byte[0];

  int flags;

  /** Length of the question section in bytes; it begins at {@link #HEADER}. */
  int questionLength;

  /** Length of the question's name in bytes, with the root label. */
  int nameLength;

  /** The question's name in lower-case wire form. */
  final byte[] name = new byte[MAX_NAME];

  /** How many labels the name has, with that of the root. */
  int labels;

  /** Where in the name they begin. */
  final int[] labelStarts = new int[MAX_LABELS];

  int type;
  int dclass;
  boolean edns;
  int ednsVersion;
  int payload;
  boolean dnssecOk;

  /** Whether it asks which server answers (RFC 5001). */
  boolean nsid;

  /** How many more steps the message may take. */
  private int stepsLeft;

  /**
   * Reads a message of this length from the beginning of the array. Whatever else is wrong with it,
   * its OPT record is found if it can be: who speaks EDNS is answered in EDNS (RFC 6891 section 7).
   */
  Verdict read(byte[] bytes, int length) {
    if (!readHeader(bytes, length)) {
      return Verdict.DROP;
    }
    boolean asks = (flags & OPCODE_MASK) == QUERY;
    int questions = u16(4);
    if (asks && questions == 1 && readQuestion(length)) {
      int end = readRecords(HEADER + questionLength, length);
      return end == length ? Verdict.ANSWER : Verdict.MALFORMED;
    }
    int end = skipQuestions(questions, length);
    if (end != BROKEN) {
      readRecords(end, length);
    }
    return asks ? Verdict.MALFORMED : Verdict.NOT_IMPLEMENTED;
  }

  private boolean readHeader(byte[] bytes, int length) {
    message = bytes;
    questionLength = 0;
    edns = false;
    ednsVersion = 0;
    payload = 0;
    dnssecOk = false;
    nsid = false;
    stepsLeft = MAX_STEPS;
    if (length < HEADER) {
      return false;
    }
    flags = u16(2);
    return (flags & QR) == 0;
  }

  private boolean readQuestion(int length) {
    int limit = Math.min(length, HEADER + MAX_NAME);
    int at = HEADER;
    int seen = 0;
    while (true) {
      if (at >= limit) {
        return false;
      }
      int label = message[at] & 0xff;
      if (label > MAX_LABEL) {
        return false; // also a compression pointer: there is nothing yet that it could point to
      }
      labelStarts[seen++] = at - HEADER;
      at += label + 1;
      if (label == 0) {
        break;
      }
    }
    int to = at - HEADER;
    for (int i = 0; i < to; i++) {
      // The lengths of labels are no letters, so they stay what they are.
      name[i] = DomainName.lower(message[HEADER + i]);
    }
    if (at + TYPE_AND_CLASS > length) {
      return false;
    }
    nameLength = to;
    labels = seen;
    type = u16(at);
    dclass = u16(at + 2);
    questionLength = to + TYPE_AND_CLASS;
    return true;
  }

  /** Steps over so many questions; where the last of them ends, or {@link #BROKEN}. */
  private int skipQuestions(int questions, int length) {
    int at = HEADER;
    for (int i = 0; i < questions; i++) {
      at = skipName(at, length);
      if (at == BROKEN || at + TYPE_AND_CLASS > length) {
        return BROKEN;
      }
      at += TYPE_AND_CLASS;
    }
    return at;
  }

  /**
   * Steps over the records after the questions and reads the OPT record among the additional ones.
   *
   * @return where the last of them ends, or {@link #BROKEN}
   */
  private int readRecords(int from, int length) {
    int at = from;
    int others = u16(6) + u16(8);
    int records = others + u16(10);
    for (int i = 0; i < records; i++) {
      int owner = at;
      int fixed = skipName(owner, length);
      if (fixed == BROKEN || fixed + AFTER_OWNER > length) {
        return BROKEN;
      }
      int end = fixed + AFTER_OWNER + u16(fixed + 8);
      int recordType = u16(fixed);
      if (recordType == RecordType.OPT && i >= others) {
        // RFC 6891 section 6.1.1: there is one, and it is the root's.
        boolean alone = !edns;
        readOpt(fixed);
        if (!alone || end > length || !isRoot(owner) || !areOptions(fixed + AFTER_OWNER, end)) {
          return BROKEN;
        }
      } else if (recordType == RecordType.TSIG && i != records - 1) {
        return BROKEN; // RFC 8945 section 5.1: it is the last one
      }
      if (end > length) {
        return BROKEN;
      }
      at = end;
    }
    return at;
  }

  /** Steps over a name, not following a pointer; where it ends, or {@link #BROKEN}. */
  private int skipName(int from, int length) {
    int at = from;
    while (at < length && --stepsLeft >= 0) {
      int label = message[at] & 0xff;
      if (label == 0) {
        return at + 1;
      }
      if (label > MAX_LABEL) {
        return label >= POINTER ? at + 2 : BROKEN;
      }
      at += label + 1;
    }
    return BROKEN;
  }

  /** Whether the name there is the root, or points right at one before it. */
  private boolean isRoot(int at) {
    if (message[at] == 0) {
      return true;
    }
    int target = u16(at) & 0x3fff;
    return (message[at] & 0xff) >= POINTER
        && target >= HEADER
        && target < at
        && message[target] == 0;
  }

  /** Reads an OPT record, but for its owner and its options. */
  private void readOpt(int fixed) {
    edns = true;
    payload = u16(fixed + 2);
    ednsVersion = message[fixed + 5] & 0xff;
    dnssecOk = (message[fixed + 6] & 0x80) != 0;
  }

  /** Whether options fill this space, whatever they say. */
  private boolean areOptions(int from, int end) {
    int option = from;
    while (option < end) {
      if (option + 4 > end || --stepsLeft < 0) {
        return false;
      }
      nsid |= u16(option) == OPTION_NSID;
      option += 4 + u16(option + 2);
    }
    return option == end;
  }

  /** Whether a label of the name begins there. */
  boolean isLabelStart(int at) {
    return Arrays.binarySearch(labelStarts, 0, labels, at) >= 0;
  }

  /** The flags of an answer to it, without AA, TC and the response code. */
  int answerFlags() {
    return QR | (flags & (OPCODE_MASK | RD | CD));
  }

  /** For people: the name and type that are asked for, or what it is instead of a query. */
  @Override
  public String toString() {
    int opcode = flags & OPCODE_MASK;
    return switch (opcode >>> 11) {
      case 0 ->
          questionLength == 0 ? "malformed" : DomainName.text(name) + " " + RecordType.name(type);
      case 4 -> "NOTIFY";
      case 5 -> "UPDATE";
      default -> "opcode " + (opcode >>> 11);
    };
  }

  private int u16(int at) {
    return ((message[at] & 0xff) << 8) | (message[at + 1] & 0xff);
  }
}
