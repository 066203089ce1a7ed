/**
 * What is written about the configuration: its pages, read as Markdown and laid out for readers.
 */
package dev.rgap.cli.manual;
