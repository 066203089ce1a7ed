package dev.rgap.output;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * An output of a configuration that has been read and can be made.
 *
 * @param name tells it from others, such as {@code outputs[0] (log)}
 * @param kind its kind
 * @param destination the file that it writes, if it is a {@link FileOutput}
 * @param factory makes it
 */
public record ConfiguredOutput(
    String name,
    String kind,
    Optional<Path> destination,
    Function<OutputContext, Output> factory) {}
