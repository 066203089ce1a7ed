/**
 * Numbers about what a running program does, in the terms of Prometheus and OpenMetrics. They are
 * counted here and shown elsewhere: nothing in this package knows a format or a network.
 */
package dev.rgap.metrics;
