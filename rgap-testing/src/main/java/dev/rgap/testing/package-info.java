/**
 * Support for testing rgap and its outputs: a manual clock, an in-memory network, contracts, plans
 * of packages.
 */
package dev.rgap.testing;
