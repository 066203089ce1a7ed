package dev.rgap.worker.config;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.PreSharedKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A group's key, and where it is to be looked for later.
 *
 * @param file the regular file that it was read from; null if it may not be read again: it stands
 *     in the configuration, or came by a pipe
 */
@InternalApi
public record AgentKey(PreSharedKey key, @Nullable Path file) {}
