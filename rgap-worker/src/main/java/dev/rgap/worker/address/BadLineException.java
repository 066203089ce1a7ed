package dev.rgap.worker.address;

/** A source of addresses is not written as it should be; the message says why. */
final class BadLineException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  BadLineException(String message) {
    super(message);
  }
}
