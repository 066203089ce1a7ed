package dev.rgap.http;

import dev.rgap.api.InternalApi;
import java.time.Instant;

/** When the configuration was read again, and what came of that. */
@InternalApi
public record LastReload(Instant time, Reload outcome) {}
