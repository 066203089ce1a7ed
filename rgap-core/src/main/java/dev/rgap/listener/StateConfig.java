package dev.rgap.listener;

import dev.rgap.api.StableApi;
import java.nio.file.Path;

/**
 * Where a listener keeps the newest announcement of each member, so that another process can go on
 * with them.
 *
 * @param directory made if it is not there; for one listener alone
 * @param readyWhenRestored whether groups whose state was whole need not wait for their readiness
 *     delay
 */
@StableApi
public record StateConfig(Path directory, boolean readyWhenRestored) {}
