package dev.rgap.listener;

import dev.rgap.api.StableApi;
import java.util.List;

/**
 * What is remembered of the datagrams that were not accepted, as it was at one moment.
 *
 * @param senders one for each sender, reason and configured group, those that were heard last first
 * @param others how many datagrams came from senders that there was no room for
 */
@StableApi
public record Rejections(List<RejectedSender> senders, long others) {

  /** Copies the list. */
  public Rejections {
    senders = List.copyOf(senders);
  }
}
