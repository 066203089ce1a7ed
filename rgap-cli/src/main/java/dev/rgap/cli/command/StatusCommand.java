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
 * address is in groups or is not.
 */
public final class StatusCommand implements Command {

  static final Flag JSON =
      Flag.toggle("json", Flag.NO_LETTER, "print the listener's answer as it is");

  private static final Flag WATCH =
      Flag.toggle("watch", Flag.NO_LETTER, "show it anew each second, until stopped");

  /** Of what is watched. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final double MILLIS = 1e3;

  @Override
  public String summary() {
    return "show a running listener's groups and outputs, or one group's members, or why a host is none";
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
      return show(ApiClient.of(arguments, environment), about, json, environment.out());
    }
    return new Watching(environment.out(), Watching.isTerminal(), INTERVAL)
        .run(
            out -> show(ApiClient.of(arguments, environment), about, json, out),
            environment.shutdown());
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

  private static int showAll(ApiClient client, boolean json, PrintStream out)
      throws Failure, IOException {
    String groups = body(client.get("/v1/groups"));
    String outputs = body(client.get("/v1/outputs"));
    if (json) {
      // Two objects, a line each.
      out.print(groups);
      out.print(outputs);
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("GROUP", "MEMBERS", "STATE"));
    for (Map<?, ?> group : Json.objects(Json.object(groups), "groups")) {
      rows.add(
          List.of(
              Json.text(group, "group"),
              Json.text(group, "size"),
              Json.text(group, "ready").equals("true") ? "ready" : "not ready"));
    }
    print(rows, out);
    out.println();
    rows.clear();
    rows.add(List.of("OUTPUT", "GROUPS", "STATE", "LAST SUCCESS", "ERROR"));
    for (Map<?, ?> output : Json.objects(Json.object(outputs), "outputs")) {
      String failing = Json.text(output, "failing");
      rows.add(
          List.of(
              Json.text(output, "output"),
              String.join(" ", Json.texts(output, "groups")),
              failing.isEmpty() ? "-" : failing.equals("true") ? "failing" : "ok",
              Json.text(output, "last_success"),
              Json.text(output, "error").replaceAll("\\s+", " ")));
    }
    print(rows, out);
    return 0;
  }

  private static int showGroup(ApiClient client, String name, boolean json, PrintStream out)
      throws Failure, IOException {
    String path = "/v1/groups/" + MembersCommand.group(name);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ADDRESS", "LEFT", ""));
    String next = "";
    do {
      String body = body(client.get(path + (next.isEmpty() ? "" : "?after=" + next)));
      if (json) {
        out.print(body);
      }
      Map<?, ?> page = Json.object(body);
      for (Map<?, ?> member : Json.objects(page, "members")) {
        double left = Double.parseDouble(Json.text(member, "remaining_seconds"));
        rows.add(
            List.of(
                Json.text(member, "address"),
                DurationText.format(Duration.ofMillis((long) (left * MILLIS))),
                state(member)));
      }
      next = Json.text(page, "next");
    } while (!next.isEmpty());
    if (!json) {
      print(rows, out);
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

  /** Columns, as wide as they have to be. */
  private static void print(List<List<String>> rows, PrintStream out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
