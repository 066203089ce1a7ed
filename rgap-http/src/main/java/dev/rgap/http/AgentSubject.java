package dev.rgap.http;

import dev.rgap.agent.AgentReport;
import dev.rgap.api.InternalApi;
import dev.rgap.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The agents of a process that are told about.
 *
 * @param version rgap's
 * @param reports how they are doing
 * @param drain has all of them drain; returns at once
 * @param undrain takes that back
 * @param reload reads the configuration again, and returns when that is done; nothing if there is
 *     none
 * @param clockOffset how far this host's clock is off, as far as that is known
 */
@InternalApi
public record AgentSubject(
    String version,
    Metrics metrics,
    Supplier<List<AgentReport>> reports,
    Runnable drain,
    Runnable undrain,
    Optional<Supplier<Reload>> reload,
    Supplier<Optional<Duration>> clockOffset) {}
