package dev.rgap.worker.config;

import dev.rgap.api.InternalApi;

/** What an agent's file says. */
@InternalApi
public record AgentsConfig(boolean watch) {}
