package dev.rgap.outputs.support;

import java.time.Duration;

/** How long to wait before something that has failed is tried again: twice as long each time. */
public final class Backoff {

  private final Duration first;
  private final Duration longest;
  private Duration next;

  /**
   * Begins with the first pause.
   *
   * @param first positive
   * @param longest what the pauses grow up to
   */
  public Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** The pause to make now. */
  public Duration pause() {
    Duration pause = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return pause;
  }

  /** It has worked: the next pause is a short one again. */
  public void reset() {
    next = first;
  }
}
