/** Benchmarks of whole processes. */
package dev.rgap.benchmarks;
