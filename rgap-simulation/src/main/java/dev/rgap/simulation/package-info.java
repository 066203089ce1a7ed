/**
 * Whole fleets in one thread: agents and listeners as they are, on hosts, networks and disks that
 * are simulated, and what has to be true of them.
 */
package dev.rgap.simulation;
