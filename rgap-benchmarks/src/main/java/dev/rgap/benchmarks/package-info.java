/** Load generators and benchmarks of whole processes. */
package dev.rgap.benchmarks;
