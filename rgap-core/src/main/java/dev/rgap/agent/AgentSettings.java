package dev.rgap.agent;

import dev.rgap.metrics.Metrics;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.time.HostClock;
import dev.rgap.transport.DatagramSink;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What {@link Agent.Builder} was told. */
record AgentSettings(
    GroupId group,
    PreSharedKey ownKey,
    @Nullable Supplier<PreSharedKey> key,
    Duration interval,
    int jitterPercent,
    @Nullable IpAddress fixed,
    List<AddressSource> sources,
    Duration maxAge,
    List<HealthCheckConfig> checks,
    Duration drainFor,
    boolean goodbye,
    List<DatagramSink> sinks,
    Duration patience,
    HostClock clock,
    AnnouncementSigner signer,
    @Nullable Metrics metrics,
    @Nullable RandomGenerator random) {}
