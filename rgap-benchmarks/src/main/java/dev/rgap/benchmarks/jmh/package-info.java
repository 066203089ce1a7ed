/** Benchmarks of single methods, run by JMH. */
@org.jspecify.annotations.NullMarked
package dev.rgap.benchmarks.jmh;
