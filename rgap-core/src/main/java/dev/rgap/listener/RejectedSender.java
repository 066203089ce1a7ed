package dev.rgap.listener;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one sender has sent that was not accepted for one reason, as far as it is remembered. All
 * but the count and the times is of the last such datagram. Nobody has verified any of it: who
 * sends may have made up the sender's address, too.
 *
 * @param reason why
 * @param sender the host's address, as text; where that is not known, what the source calls it
 * @param senderAddress the host's address, if it is known
 * @param source the label of the source at which it arrived
 * @param group the group that it was for, which may be none that is configured; null if the
 *     datagram is too odd to tell
 * @param address what it announces; null if the datagram is too odd to tell
 * @param count how many there were
 * @param first when the first came, by this host's wall clock
 * @param last when the last came, by this host's wall clock
 * @param skew how far the sender's clock seemed to be ahead of this host's when the last came; null
 *     unless the reason is {@link Rejection#STALE}
 * @param detail for people: what was wrong with the last, and what to look at
 */
@StableApi
public record RejectedSender(
    Rejection reason,
    String sender,
    @Nullable IpAddress senderAddress,
    String source,
    @Nullable GroupId group,
    @Nullable IpAddress address,
    long count,
    Instant first,
    Instant last,
    @Nullable Duration skew,
    String detail) {}
