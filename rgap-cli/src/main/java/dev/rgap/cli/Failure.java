package dev.rgap.cli;

/** Ends a command with one line on standard error and the exit status 1. */
final class Failure extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * A failure with nothing more to say than this.
   *
   * @param message what follows {@code Error:}; must not contain a secret
   */
  Failure(String message) {
    super(message, null, false, false);
  }

  /** The message, which is never null. */
  String line() {
    return String.valueOf(getMessage());
  }
}
