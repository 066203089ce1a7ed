package dev.rgap.http;

import dev.rgap.api.InternalApi;
import dev.rgap.listener.IngestStats;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.Rejections;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The listener that is told about.
 *
 * @param version rgap's
 * @param stats how many datagrams were rejected
 * @param rejections those that are remembered
 * @param config what is in use now
 * @param wasReady whether all groups have been ready once: then it stays so, whatever groups come
 * @param reload reads the configuration again, and returns when that is done
 * @param lastReload what came of it the last time, whoever asked for it
 * @param outputReports what became of the outputs' last attempts
 */
@InternalApi
public record Subject(
    String version,
    Membership membership,
    Metrics metrics,
    IngestStats stats,
    Supplier<Rejections> rejections,
    Supplier<ListenerConfig> config,
    BooleanSupplier wasReady,
    Supplier<Reload> reload,
    Supplier<Optional<LastReload>> lastReload,
    Supplier<Map<OutputId, OutputReport>> outputReports) {}
