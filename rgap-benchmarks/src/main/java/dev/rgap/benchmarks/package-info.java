/** Benchmarks of whole processes. */
@org.jspecify.annotations.NullMarked
package dev.rgap.benchmarks;
