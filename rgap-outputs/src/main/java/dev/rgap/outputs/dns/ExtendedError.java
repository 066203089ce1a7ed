package dev.rgap.outputs.dns;

/**
 * Extended DNS Errors (RFC 8914), as options of EDNS: why a query was not answered. Those who ask
 * without EDNS are not told.
 */
final class ExtendedError {

  private static final int OPTION = 15;

  /** How many bytes longer an answer becomes by one. */
  static final int LENGTH = 6;

  /** Code 14: the members are not known yet. */
  static final byte[] NOT_READY = of(14);

  /** Code 18: the client may not ask here. */
  static final byte[] PROHIBITED = of(18);

  /** Code 20: the name lies in no zone of this server. */
  static final byte[] NOT_AUTHORITATIVE = of(20);

  /** Code 21: zone transfers, classes that nothing is known of. */
  static final byte[] NOT_SUPPORTED = of(21);

  private ExtendedError() {}

  private static byte[] of(int code) {
    return OptRecord.option(OPTION, new byte[] {(byte) (code >>> 8), (byte) code});
  }
}
