package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.text.DurationText;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows how a running listener is: its groups and outputs, the members of one group, or why an
 * address is in groups or is not; where none runs, how agents are doing.
 */
public final class StatusCommand implements Command {

  static final Flag JSON = Flag.toggle("json", Flag.NO_LETTER, "print the answer as it is");

  private static final Flag WATCH =
      Flag.toggle("watch", Flag.NO_LETTER, "show it anew each second, until stopped");

  /** Of what is watched. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** What agents say where listeners tell about their groups. */
  private static final int NOT_FOUND = 404;

  private static final double MILLIS = 1e3;

  @Override
  public String summary() {
    return "show a running listener's groups and outputs, one group's members, or why a host is none; or"
        + " how a running agent is doing";
  }

  @Override
  public List<Flag> flags() {
    List<Flag> flags = new ArrayList<>(ApiClient.FLAGS);
    flags.addFirst(JSON);
    flags.addFirst(WATCH);
    return flags;
  }

  @Override
  public Operand operand() {
    return new Operand("GROUP|ADDRESS", false, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    String about = arguments.operands().isEmpty() ? "" : arguments.operands().getFirst();
    boolean json = arguments.isOn(JSON);
    if (!arguments.isOn(WATCH)) {
      return show(client(arguments, environment), about, json, environment.out());
    }
    return new Watching(environment.out(), Watching.isTerminal(), INTERVAL)
        .run(out -> show(client(arguments, environment), about, json, out), environment.shutdown());
  }

  private static ApiClient client(Arguments arguments, Environment environment)
      throws Failure, IOException {
    RunningSockets sockets = new RunningSockets(environment.variables(), HealthCommand.PROC);
    return ApiClient.of(arguments, "program", sockets::any);
  }

  /** What has a dot or a colon is an address, and no group. */
  private static boolean isAddress(String text) {
    return text.indexOf('.') >= 0 || text.indexOf(':') >= 0;
  }

  private static int show(ApiClient client, String about, boolean json, PrintStream out)
      throws Failure, IOException {
    if (isAddress(about)) {
      return WhyCommand.show(client, WhyCommand.address(about), json, out);
    }
    return about.isEmpty() ? showAll(client, json, out) : showGroup(client, about, json, out);
  }

  private static int showAgents(ApiClient client, boolean json, PrintStream out)
      throws Failure, IOException {
    String agents = body(client.get(AgentStatus.PATH));
    if (json) {
      out.print(agents);
    } else {
      AgentStatus.of(agents).print(out);
    }
    return 0;
  }

  private static int showAll(ApiClient client, boolean json, PrintStream out)
      throws Failure, IOException {
    ApiClient.Answer listed = client.get("/v1/groups");
    if (listed.status() == NOT_FOUND) {
      return showAgents(client, json, out);
    }
    String groups = body(listed);
    String outputs = body(client.get("/v1/outputs"));
    if (json) {
      // Two objects, a line each.
      out.print(groups);
      out.print(outputs);
      return 0;
    }
    Table table = new Table("GROUP", "MEMBERS", "STATE");
    for (Map<?, ?> group : Json.objects(Json.object(groups), "groups")) {
      table.add(
          Json.text(group, "group"),
          Json.text(group, "size"),
          Json.text(group, "ready").equals("true") ? "ready" : "not ready");
    }
    table.print(out);
    out.println();
    table = new Table("OUTPUT", "GROUPS", "STATE", "LAST SUCCESS", "ERROR");
    for (Map<?, ?> output : Json.objects(Json.object(outputs), "outputs")) {
      String failing = Json.text(output, "failing");
      table.add(
          Json.text(output, "output"),
          String.join(" ", Json.texts(output, "groups")),
          failing.isEmpty() ? "-" : failing.equals("true") ? "failing" : "ok",
          Json.text(output, "last_success"),
          Json.text(output, "error").replaceAll("\\s+", " "));
    }
    table.print(out);
    return 0;
  }

  private static int showGroup(ApiClient client, String name, boolean json, PrintStream out)
      throws Failure, IOException {
    String path = "/v1/groups/" + MembersCommand.group(name);
    Table table = new Table("ADDRESS", "LEFT", "");
    String next = "";
    do {
      String body = body(client.get(path + (next.isEmpty() ? "" : "?after=" + next)));
      if (json) {
        out.print(body);
      }
      Map<?, ?> page = Json.object(body);
      for (Map<?, ?> member : Json.objects(page, "members")) {
        double left = Double.parseDouble(Json.text(member, "remaining_seconds"));
        table.add(
            Json.text(member, "address"),
            DurationText.format(Duration.ofMillis((long) (left * MILLIS))),
            state(member));
      }
      next = Json.text(page, "next");
    } while (!next.isEmpty());
    if (!json) {
      table.print(out);
    }
    return 0;
  }

  /** What is not as usual. */
  private static String state(Map<?, ?> member) {
    return Stream.of("held", "draining")
        .filter(name -> Json.text(member, name).equals("true"))
        .collect(Collectors.joining(", "));
  }

  private static String body(ApiClient.Answer answer) throws Failure {
    if (!answer.isGood()) {
      throw MembersCommand.refused(answer);
    }
    return answer.body();
  }
}
