package dev.rgap.cli.args;

/** Ends a command with one line on standard error and the exit status 1. */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * A failure with nothing more to say than this.
   *
   * @param message what follows {@code Error:}; must not contain a secret
   */
  public Failure(String message) {
    super(message, null, false, false);
  }

  /** The message, which is never null. */
  public String line() {
    return String.valueOf(getMessage());
  }
}
