package dev.rgap.agent;

import dev.rgap.api.StableApi;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * How an agent is doing.
 *
 * @param group what it announces to
 * @param key the fingerprint of its key
 * @param state what it does
 * @param since when it came to that
 * @param interval how often it announces
 * @param addresses what it announces
 * @param sources what tells these; none if there is one address that was given
 * @param checks what decides whether they are announced
 * @param destinations where it sends to
 */
@StableApi
public record AgentReport(
    GroupId group,
    String key,
    AgentState state,
    Instant since,
    Duration interval,
    List<IpAddress> addresses,
    List<Source> sources,
    List<Check> checks,
    List<Sent> destinations) {

  /**
   * A source of addresses.
   *
   * @param label as it was written
   * @param addresses what it has told last, if that is not too old
   * @param problem why it can't tell now; nothing if it can
   */
  public record Source(String label, List<IpAddress> addresses, Optional<String> problem) {}

  /** What a check has come to. */
  public enum CheckState {
    /** Has not decided yet. */
    STARTING,
    /** Has passed as often as it has to. */
    PASSING,
    /** Has failed as often as it may. */
    FAILING
  }

  /**
   * A check.
   *
   * @param label what is checked
   * @param state what it has come to
   * @param since when it came to that
   * @param problem why it failed the last time; nothing if it passed then
   */
  public record Check(String label, CheckState state, Instant since, Optional<String> problem) {}

  /**
   * A destination.
   *
   * @param label as it was written
   * @param sent how many datagrams were sent there by all agents of the process
   * @param failed how many could not be
   * @param problem why the last one could not be; nothing if it could
   */
  public record Sent(String label, long sent, long failed, Optional<String> problem) {}

  static Instant instant(long epochMicros) {
    return Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS);
  }

  public AgentReport {
    addresses = List.copyOf(addresses);
    sources = List.copyOf(sources);
    checks = List.copyOf(checks);
    destinations = List.copyOf(destinations);
  }
}
