/**
 * Configuration as a typed tree that knows where each value was written, and the problems found in
 * it. Independent of the file format: a reader makes {@link dev.rgap.config.ConfigNode}s.
 */
package dev.rgap.config;
