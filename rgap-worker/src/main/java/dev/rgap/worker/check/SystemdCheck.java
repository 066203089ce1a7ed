package dev.rgap.worker.check;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.worker.check.CommandCheck.Ran;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Passes if a unit of systemd is active, by systemctl(1).
 *
 * @param unit its name, with its type
 * @param runner runs systemctl
 */
record SystemdCheck(String unit, CommandRunner runner) implements HealthCheck {

  /** What it counts as active in, as {@code systemctl is-active} does. */
  private static final Set<String> ACTIVE = Set.of("active", "reloading", "refreshing");

  private static final int MAX_LENGTH = 255;

  private static final String NO_BUS =
      "; it asks by D-Bus, which has to run and to know the agent's user, but knows none that"
          + " DynamicUser= has made";

  private static final Reader<String> NAME = Readers.parsed(SystemdCheck::name);

  private static String name(String text) {
    boolean good = !text.isEmpty() && text.length() <= MAX_LENGTH && !text.startsWith("-");
    for (int i = 0; good && i < text.length(); i++) {
      char c = text.charAt(i);
      good = c < 0x80 && (Character.isLetterOrDigit(c) || ":-_.\\@".indexOf(c) >= 0);
    }
    if (!good) {
      throw new IllegalArgumentException("is no name of a unit, such as nginx.service");
    }
    return text.indexOf('.') < 0 ? text + ".service" : text;
  }

  static Optional<HealthCheck> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      return settings
          .require("unit", "write for example nginx.service", NAME)
          .map(unit -> new SystemdCheck(unit, CommandRunner.onThisHost()));
    }
  }

  @Override
  public void run(Duration timeout) throws IOException, InterruptedException {
    Ran ran =
        CommandCheck.run(
            runner,
            List.of(
                "systemctl",
                "show",
                "--property=LoadState,ActiveState,SubState,Result",
                "--",
                unit),
            timeout);
    if (!ran.result().succeeded()) {
      String said = ran.describe();
      throw new IOException("systemctl: " + said + (saysNoBus(said) ? NO_BUS : ""));
    }
    Map<String, String> properties = new HashMap<>();
    for (String line : ran.lines()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        properties.put(line.substring(0, equals), Shown.line(line.substring(equals + 1), 50));
      }
    }
    String problem = problem(properties);
    if (!problem.isEmpty()) {
      throw new IOException(problem);
    }
  }

  private static boolean saysNoBus(String said) {
    return said.contains("connect to bus") || said.contains("endpoint is not connected");
  }

  private static String problem(Map<String, String> properties) {
    String active = properties.getOrDefault("ActiveState", "");
    if (active.isEmpty()) {
      return "systemctl does not tell its state";
    }
    if (ACTIVE.contains(active)) {
      return "";
    }
    String load = properties.getOrDefault("LoadState", "loaded");
    if (load.equals("not-found")) {
      return "there is no such unit";
    }
    if (!load.equals("loaded")) {
      return "is " + active + ", and can't be started: it is " + load;
    }
    String result = properties.getOrDefault("Result", "success");
    return "is "
        + active
        + " ("
        + properties.getOrDefault("SubState", "")
        + (result.isEmpty() || result.equals("success") ? "" : ", result " + result)
        + "); 'systemctl status' of it says more";
  }

  @Override
  public String label() {
    return "systemd " + unit;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SystemdCheck that && unit.equals(that.unit);
  }

  @Override
  public int hashCode() {
    return unit.hashCode();
  }

  @Override
  public String toString() {
    return label();
  }
}
