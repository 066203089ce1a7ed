/**
 * Who is a member of which group at the moment: a deterministic state machine that is told the
 * time, the snapshots and events that it publishes, and the view of them that outputs get.
 */
package dev.rgap.membership;
