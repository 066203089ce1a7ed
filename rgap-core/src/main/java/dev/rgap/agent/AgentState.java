package dev.rgap.agent;

import dev.rgap.api.StableApi;

/**
 * What an agent does, and why.
 *
 * <pre>{@code
 * STARTING -> ANNOUNCING <-> WITHOUT_ADDRESS, UNHEALTHY
 *                 |   ^
 *           drain v   | undrain
 *             DRAINING -> DRAINED
 * any -> ENDED
 * }</pre>
 */
@StableApi
public enum AgentState {
  /** Announces nothing yet: a check or a source of addresses has not said anything. */
  STARTING,
  /** Announces its addresses. */
  ANNOUNCING,
  /** Announces nothing, as a check is failing. */
  UNHEALTHY,
  /** Announces nothing, as there is no address. */
  WITHOUT_ADDRESS,
  /** Announces that its addresses are to get no new work. */
  DRAINING,
  /** Has said goodbye as it was drained, and announces nothing until that is taken back. */
  DRAINED,
  /** Has left. */
  ENDED
}
