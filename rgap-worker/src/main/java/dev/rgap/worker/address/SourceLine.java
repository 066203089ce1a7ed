package dev.rgap.worker.address;

import dev.rgap.agent.AddressChoice;

/**
 * A source of addresses as it is written in a line: {@code KIND:WHAT,OPTION…}. What a comma is
 * before that begins no option is part of what is asked, such as of a URL.
 *
 * @param text all of it
 * @param what what stands between the first colon and the options
 */
record SourceLine(String text, String what, AddressChoice choice) {

  private static final String OPTION = ",family=";

  /** Takes a line apart that has a colon. */
  static SourceLine of(String text) {
    int end = text.indexOf(OPTION);
    String what = text.substring(text.indexOf(':') + 1, end < 0 ? text.length() : end);
    if (what.isBlank()) {
      throw new BadLineException("nothing stands behind the colon");
    }
    return new SourceLine(
        text, what, end < 0 ? AddressChoice.DEFAULT : choice(text.substring(end + 1)));
  }

  private static AddressChoice choice(String options) {
    try {
      return AddressChoice.parseFamily(options);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()));
    }
  }
}
