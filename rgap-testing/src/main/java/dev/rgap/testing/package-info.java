/** Support for testing rgap and its outputs: a manual clock, an in-memory network, contracts. */
package dev.rgap.testing;
