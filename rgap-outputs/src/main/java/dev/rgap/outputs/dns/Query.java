package dev.rgap.outputs.dns;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * What a client asks: a received message taken apart as far as a name server needs.
 *
 * <p>The usual form (one question, and at most an OPT record) is read without making objects;
 * anything else is given to dnsjava to decide whether it is well-formed. One object is used for
 * query after query. Not safe for use by several threads.
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
  static final int MAX_NAME = 255;

  private static final int QR = 0x8000;
  private static final int OPCODE_MASK = 0x7800;
  private static final int MAX_LABEL = 63;
  private static final int TYPE_OPT = 41;
  private static final int OPT_HEADER = 11;

  /** The shortest record: the root's name, type, class, TTL and length. */
  private static final int MIN_RECORD = 11;

  /** The message, valid until the next one is read. */
  byte[] message = new byte[0];

  int flags;

  /** Length of the question section in bytes; it begins at {@link #HEADER}. */
  int questionLength;

  /** Length of the question's name in bytes, with the root label. */
  int nameLength;

  /** The question's name in lower-case wire form. */
  final byte[] name = new byte[MAX_NAME];

  int type;
  int dclass;
  boolean edns;
  int ednsVersion;
  int payload;
  boolean dnssecOk;

  /** Reads a message of this length from the beginning of the array. */
  Verdict read(byte[] bytes, int length) {
    message = bytes;
    questionLength = 0;
    edns = false;
    if (length < HEADER) {
      return Verdict.DROP;
    }
    flags = u16(2);
    if ((flags & QR) != 0) {
      return Verdict.DROP;
    }
    if ((flags & OPCODE_MASK) != Opcode.QUERY << 11) {
      return Verdict.NOT_IMPLEMENTED;
    }
    if (u16(4) != 1 || !readQuestion(length)) {
      return Verdict.MALFORMED;
    }
    int end = HEADER + questionLength;
    boolean plain = u16(6) == 0 && u16(8) == 0;
    if (plain && u16(10) == 0 && length == end) {
      return Verdict.ANSWER;
    }
    if (plain && u16(10) == 1 && readOpt(end, length)) {
      return Verdict.ANSWER;
    }
    return readUnusual(length);
  }

  private boolean readQuestion(int length) {
    int at = HEADER;
    int to = 0;
    while (true) {
      if (at >= length) {
        return false;
      }
      int label = message[at] & 0xff;
      if (label > MAX_LABEL || to + label + 1 > MAX_NAME || at + label + 1 > length) {
        return false; // also a compression pointer: there is nothing yet that it could point to
      }
      name[to++] = message[at++];
      if (label == 0) {
        break;
      }
      for (int i = 0; i < label; i++) {
        byte octet = message[at++];
        name[to++] = octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
      }
    }
    if (at + 4 > length) {
      return false;
    }
    nameLength = to;
    type = u16(at);
    dclass = u16(at + 2);
    questionLength = to + 4;
    return true;
  }

  /** Reads an OPT record that is all that is left; false if it is anything else. */
  private boolean readOpt(int at, int length) {
    if (at + OPT_HEADER > length || message[at] != 0 || u16(at + 1) != TYPE_OPT) {
      return false;
    }
    int end = at + OPT_HEADER + u16(at + 9);
    if (end != length) {
      return false;
    }
    // The options must fill their space, whatever they say.
    int option = at + OPT_HEADER;
    while (option < end) {
      if (option + 4 > end) {
        return false;
      }
      option += 4 + u16(option + 2);
    }
    if (option != end) {
      return false;
    }
    setOpt(u16(at + 3), message[at + 6] & 0xff, (message[at + 7] & 0x80) != 0);
    return true;
  }

  private void setOpt(int clientPayload, int version, boolean wantsDnssec) {
    edns = true;
    payload = clientPayload;
    ednsVersion = version;
    dnssecOk = wantsDnssec;
  }

  private Verdict readUnusual(int length) {
    int records = u16(6) + u16(8) + u16(10);
    // dnsjava makes room for as many records as the header claims before it reads the first.
    if (records == 0 || records * MIN_RECORD > length - HEADER - questionLength) {
      return Verdict.MALFORMED;
    }
    try {
      Message parsed = new Message(Arrays.copyOf(message, length));
      if (parsed.numBytes() != length) {
        return Verdict.MALFORMED; // there is more, or less was read because TC is set
      }
      List<Record> additional = parsed.getSection(Section.ADDITIONAL);
      long opts = additional.stream().filter(OPTRecord.class::isInstance).count();
      if (opts > 1) {
        return Verdict.MALFORMED; // RFC 6891 section 6.1.1
      }
      OPTRecord opt = parsed.getOPT();
      if (opt != null) {
        if (!opt.getName().equals(Name.root)) {
          return Verdict.MALFORMED;
        }
        setOpt(opt.getPayloadSize(), opt.getVersion(), (opt.getFlags() & 0x8000) != 0);
      }
      return Verdict.ANSWER;
    } catch (IOException | RuntimeException e) {
      // dnsjava throws unchecked exceptions, too, for some of what a stranger can send.
      return Verdict.MALFORMED;
    }
  }

  boolean isInternetClass() {
    return dclass == DClass.IN;
  }

  /** The flags of an answer to it, without AA, TC and the response code. */
  int answerFlags() {
    int copied = (1 << (15 - Flags.RD)) | (1 << (15 - Flags.CD));
    return QR | (flags & (OPCODE_MASK | copied));
  }

  private int u16(int at) {
    return ((message[at] & 0xff) << 8) | (message[at + 1] & 0xff);
  }
}
