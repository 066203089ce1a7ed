package dev.rgap.output;

import dev.rgap.api.StableApi;
import java.time.Duration;
import java.time.Instant;

/**
 * What became of the last attempt of an output to publish the state of its groups.
 *
 * @param ended when it ended, by the host's clock
 * @param took how long it took
 * @param error why it has failed, in a line or a few; empty if it has not
 */
@StableApi
public record OutputReport(Instant ended, Duration took, String error) {}
