package dev.rgap.outputs.dns;

/** The response codes that this server gives, by their numbers. */
final class ResponseCode {

  static final int NOERROR = 0;
  static final int FORMERR = 1;
  static final int SERVFAIL = 2;
  static final int NXDOMAIN = 3;
  static final int NOTIMP = 4;
  static final int REFUSED = 5;

  /** It has more bits than a header has room for, so it takes EDNS. */
  static final int BADVERS = 16;

  /** There is none as high as this. */
  static final int END = 17;

  private ResponseCode() {}

  /** A code's name, as tools print it. */
  static String name(int code) {
    return switch (code) {
      case NOERROR -> "NOERROR";
      case FORMERR -> "FORMERR";
      case SERVFAIL -> "SERVFAIL";
      case NXDOMAIN -> "NXDOMAIN";
      case NOTIMP -> "NOTIMP";
      case REFUSED -> "REFUSED";
      case BADVERS -> "BADVERS";
      default -> "RCODE" + code;
    };
  }
}
