package dev.rgap.output;

import java.util.function.Function;

/**
 * An output of a configuration that has been read and can be made.
 *
 * @param name tells it from others, such as {@code outputs[0] (log)}
 * @param kind its kind
 * @param factory makes it
 */
public record ConfiguredOutput(String name, String kind, Function<OutputContext, Output> factory) {}
