package dev.rgap.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Slips as they happen, each of which the simulation finds within a thousand seeds. */
class PlantedFaultsTest {

  private static final int SEEDS = 1_000;

  /** Addresses that somebody chooses so that they meet. */
  private static final int CHOSEN = 64;

  @TempDir Path directory;

  static Stream<Arguments> slips() {
    return Stream.of(
        slip(
            "expiry that is a little too early",
            "membership/Group.java",
            "long deadline = now + remainingMicros * 1_000;",
            "long deadline = now + remainingMicros * 1_000 - 10_000_000;",
            "STAYS"),
        slip(
            "a refresh that is lost now and then",
            "membership/GroupTable.java",
            "if (deadlineNanos - known > 0) {",
            "if (deadlineNanos - known > 0 && timestampMicros % 4 != 0) {",
            "STAYS"),
        slip(
            "a goodbye that is forgotten too early",
            "membership/Departures.java",
            "return farewell.at + rememberNanos;",
            "return farewell.at + rememberNanos / 100;",
            "NEWER"),
        slip(
            "a guard that never gives in",
            "membership/LossGuard.java",
            "if (now - until() >= 0) {",
            "if (now == Long.MIN_VALUE) {",
            "LEAVES|BOUNDED"),
        slip(
            "a reload that drops a subscription",
            "membership/LiveMembership.java",
            "known(config.id()).change(config);",
            """
            known(config.id()).change(config);
            Publication of = publications.get(config.id());
            of.unsubscribe(of.subscribers().getFirst());
            """,
            "TOLD|AGREED|PUBLISHED"),
        slip(
            "a state that is in its place before it is written",
            "listener/StateDirectory.java",
            "content.writeTo(out);",
            "files.move(NEXT, MEMBERS);\n        content.writeTo(out);",
            "WRITTEN"),
        slip(
            "a section's end before its members",
            "membership/KeptGroup.java",
            "if (part >= table.parts()) {",
            "if (part + 1 >= table.parts()) {",
            "WRITTEN"),
        slip(
            "an old goodbye that is accepted",
            "listener/Gate.java",
            "if (!isFresh(timestamp, nowMicros, config) || !isAlive(timestamp, nowMicros, config)) {",
            "if (!extended && !isFresh(timestamp, nowMicros, config)) {",
            "SIGNED"),
        slip(
            "a copy that is taken for news",
            "membership/GroupTable.java",
            "if (timestampMicros <= rows.timestamp(slot)) {",
            "if (timestampMicros < rows.timestamp(slot)) {",
            "NEWER"),
        slip(
            "no time to report after a pause",
            "membership/Grace.java",
            "until = to + length;",
            "until = to;",
            "GRACE|STAYS"),
        slip(
            "a key that is good for ever",
            "membership/GroupKeys.java",
            "return new GroupKeys(config, keys, lastNumber);",
            "return this;",
            "HEARD|SIGNED"),
        slip(
            "members that nobody wakes an output for",
            "membership/Group.java",
            "publication.join(high, low);\n        told = publication.subscribers();",
            "publication.join(high, low);",
            "PUBLISHED|AGREED"),
        slip(
            "an agent that keeps an address that is gone",
            "agent/CurrentAddresses.java",
            "each.last = List.copyOf(found);",
            "each.last = found.isEmpty() ? each.last : List.copyOf(found);",
            "TRUTHFUL"));
  }

  private static Arguments slip(
      String what, String file, String from, String to, String invariant) {
    return arguments(what, file, from, to, invariant);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("slips")
  void slipIsFound(String what, String file, String from, String to, String invariant)
      throws Exception {
    try (PlantedCode planted = new PlantedCode("rgap-core", file, from, to, directory)) {
      assertThat(planted.first(SEEDS)).as(what).matches("(?s)seed \\d+: (" + invariant + ") at .*");
    }
  }

  /**
   * The worlds' groups are too small for what an attack on a table costs to show, so the table's
   * hash is asked itself.
   */
  @Test
  void hashWithoutSecretIsFoundByAddressesThatAreChosenToMeet() throws Exception {
    try (PlantedCode planted =
        new PlantedCode(
            "rgap-core",
            "membership/HashKey.java",
            "ThreadLocalRandom different = ThreadLocalRandom.current();",
            "if (OF_PROCESS != null) {\n  return new HashKey(0, 0);\n}\nThreadLocalRandom different = ThreadLocalRandom.current();",
            directory)) {
      assertThat(meeting(planted.classes())).isEqualTo(CHOSEN);
    }
    assertThat(meeting(Simulation.class.getClassLoader())).isLessThan(CHOSEN / 2);
  }

  /** How many of addresses that meet in one bucket without a secret do so in a new table. */
  private static int meeting(ClassLoader classes) throws ReflectiveOperationException {
    Class<?> key = classes.loadClass("dev.rgap.membership.HashKey");
    Constructor<?> constructor = key.getDeclaredConstructor(long.class, long.class);
    Method fresh = key.getDeclaredMethod("fresh");
    Method hash = key.getDeclaredMethod("hash", long.class, long.class);
    constructor.setAccessible(true);
    fresh.setAccessible(true);
    hash.setAccessible(true);
    Object known = constructor.newInstance(0L, 0L);
    Object secret = fresh.invoke(null);
    Map<Long, Integer> buckets = new HashMap<>();
    int chosen = 0;
    for (long low = 0; chosen < CHOSEN; low++) {
      if (bucket(hash.invoke(known, 0L, low)) == 0) {
        chosen++;
        buckets.merge(bucket(hash.invoke(secret, 0L, low)), 1, Integer::sum);
      }
    }
    return Collections.max(buckets.values());
  }

  private static long bucket(Object hash) {
    return (long) hash & 0x3ff;
  }
}
