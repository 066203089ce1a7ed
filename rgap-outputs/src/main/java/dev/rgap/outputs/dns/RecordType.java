package dev.rgap.outputs.dns;

/** The types of records that this server knows, by their numbers. */
final class RecordType {

  static final int A = 1;
  static final int NS = 2;
  static final int SOA = 6;
  static final int PTR = 12;
  static final int HINFO = 13;
  static final int TXT = 16;
  static final int AAAA = 28;
  static final int SRV = 33;
  static final int OPT = 41;
  static final int TKEY = 249;
  static final int TSIG = 250;
  static final int IXFR = 251;
  static final int AXFR = 252;
  static final int ANY = 255;

  private RecordType() {}

  /** A type's name; a number after {@code TYPE} for those without (RFC 3597 section 5). */
  static String name(int type) {
    return switch (type) {
      case A -> "A";
      case NS -> "NS";
      case 5 -> "CNAME";
      case SOA -> "SOA";
      case PTR -> "PTR";
      case HINFO -> "HINFO";
      case 15 -> "MX";
      case TXT -> "TXT";
      case AAAA -> "AAAA";
      case SRV -> "SRV";
      case OPT -> "OPT";
      case 43 -> "DS";
      case 48 -> "DNSKEY";
      case 65 -> "HTTPS";
      case TKEY -> "TKEY";
      case TSIG -> "TSIG";
      case IXFR -> "IXFR";
      case AXFR -> "AXFR";
      case ANY -> "ANY";
      case 257 -> "CAA";
      default -> "TYPE" + type;
    };
  }
}
