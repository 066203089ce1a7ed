/** Benchmarks of the name server, in its package: it has no public ones of its own. */
@org.jspecify.annotations.NullMarked
package dev.rgap.outputs.dns;
