/** The output {@code dns}: an authoritative name server; see README.md beside it. */
package dev.rgap.outputs.dns;
