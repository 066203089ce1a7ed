package dev.rgap.cli.command;

import dev.rgap.text.DurationText;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the agents of a process are doing, for people: what they announce, and what that depends on.
 *
 * @param agents an answer of {@code /v1/agents}
 */
record AgentStatus(Map<?, ?> agents) {

  static final String PATH = "/v1/agents";

  private static final double MILLIS = 1e3;

  /** That of an answer. */
  static AgentStatus of(String body) throws IOException {
    return new AgentStatus(Json.object(body));
  }

  private List<Map<?, ?>> all() {
    return Json.objects(agents, "agents");
  }

  void print(PrintStream out) {
    Table table = new Table("GROUP", "STATE", "SINCE", "ADDRESSES");
    for (Map<?, ?> agent : all()) {
      table.add(
          Json.text(agent, "group"),
          state(agent),
          Json.text(agent, "since"),
          String.join(" ", Json.texts(agent, "addresses")));
    }
    table.print(out);
    print(checks(), out);
    print(sources(), out);
    print(destinations(), out);
    String offset = Json.text(agents, "clock_offset_seconds");
    if (!offset.isEmpty()) {
      Duration off = Duration.ofMillis(Math.round(Double.parseDouble(offset) * MILLIS));
      out.println();
      out.println("The clock is off by " + DurationText.format(off.abs()) + ".");
    }
  }

  private static void print(Table table, PrintStream out) {
    if (!table.isEmpty()) {
      out.println();
      table.print(out);
    }
  }

  private Table checks() {
    Table table = new Table("CHECK", "GROUP", "STATE", "SINCE", "ERROR");
    for (Map<?, ?> agent : all()) {
      for (Map<?, ?> check : Json.objects(agent, "checks")) {
        table.add(
            line(check, "check"),
            Json.text(agent, "group"),
            state(check),
            Json.text(check, "since"),
            line(check, "problem"));
      }
    }
    return table;
  }

  private Table sources() {
    Table table = new Table("SOURCE", "GROUP", "ADDRESSES", "ERROR");
    for (Map<?, ?> agent : all()) {
      for (Map<?, ?> source : Json.objects(agent, "sources")) {
        table.add(
            line(source, "source"),
            Json.text(agent, "group"),
            String.join(" ", Json.texts(source, "addresses")),
            line(source, "problem"));
      }
    }
    return table;
  }

  /** Each once: agents share them. */
  private Table destinations() {
    Map<String, Map<?, ?>> distinct = new LinkedHashMap<>();
    for (Map<?, ?> agent : all()) {
      for (Map<?, ?> destination : Json.objects(agent, "destinations")) {
        distinct.putIfAbsent(line(destination, "destination"), destination);
      }
    }
    Table table = new Table("DESTINATION", "SENT", "FAILED", "ERROR");
    distinct.forEach((label, destination) ->
        table.add(
            label,
            Json.text(destination, "sent"),
            Json.text(destination, "failed"),
            line(destination, "problem")));
    return table;
  }

  /** Says of each agent what it does. */
  void printStates(PrintStream out) {
    for (Map<?, ?> agent : all()) {
      out.println("group " + Json.text(agent, "group") + ": " + state(agent));
    }
  }

  private static String state(Map<?, ?> of) {
    return Json.text(of, "state").replace('_', ' ');
  }

  private static String line(Map<?, ?> object, String name) {
    return Json.text(object, name).replaceAll("\\s+", " ");
  }
}
