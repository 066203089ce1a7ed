/** YAML as trees of the configuration that know where each value stands. */
package dev.rgap.cli.yaml;
