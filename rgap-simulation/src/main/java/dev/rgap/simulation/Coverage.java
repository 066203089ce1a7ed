package dev.rgap.simulation;

import dev.rgap.listener.Changes;
import dev.rgap.listener.Rejection;
import dev.rgap.membership.MembershipEvent.Left;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often what could happen has happened. */
final class Coverage {

  /** Of the log: what tells that something was decided that no event tells. */
  private static final Map<String, String> SAID =
      Map.ofEntries(
          Map.entry("was kept from running", "listener: pause noticed"),
          Map.entry("members.bad now", "state: set aside"),
          Map.entry("restored", "state: restored"),
          Map.entry("ready at once", "state: ready at once"),
          Map.entry("can't be written", "state: not written"),
          Map.entry("is written again", "state: written again"),
          Map.entry("guard", "guard: spoke"),
          Map.entry("is in use", "key: in use"),
          Map.entry("is out of use", "key: out of use"),
          Map.entry("announcing at once", "agent: clock or sleep noticed"),
          Map.entry("can't send to", "agent: could not send"),
          Map.entry("sending again", "agent: sends again"),
          Map.entry("announcing nothing", "agent: announces nothing"),
          Map.entry("as a check fails", "agent: unwell"),
          Map.entry("as it has been drained", "agent: drained"),
          Map.entry("connection refused", "output: failed"));

  /** What a reload does, with the kind of what it does it to. */
  private static final List<String> RELOADED =
      List.of(
          "group added",
          "group changed",
          "group removed",
          "output added",
          "output removed",
          "state_dir changed");

  private final Map<String, Long> counts = new TreeMap<>();

  /** Nothing has happened. */
  Coverage() {
    for (Fault fault : Fault.values()) {
      add("fault: " + fault, 0);
    }
    for (Rejection rejection : Rejection.values()) {
      add("rejected: " + rejection.label(), 0);
    }
    for (Left.Cause cause : Left.Cause.values()) {
      if (cause != Left.Cause.REMOVED) { // outputs go before their groups, and are told nothing
        add("left: " + cause.label(), 0);
      }
    }
    for (String step : RELOADED) {
      add("reloaded: " + step, 0);
    }
    add("joined", 0);
    add("draining", 0);
    add("published", 0);
    SAID.values().forEach(what -> add(what, 0));
  }

  void add(String what, long times) {
    counts.merge(what, times, Long::sum);
  }

  /** What a reload has done. */
  void add(Changes changes) {
    for (String made : changes.made()) {
      add(
          "reloaded: "
              + made.substring(0, made.indexOf(' '))
              + made.substring(made.lastIndexOf(' ')),
          1);
    }
  }

  /** A line of the log. */
  void said(String line) {
    SAID.forEach((words, what) -> {
      if (line.contains(words)) {
        add(what, 1);
      }
    });
  }

  void add(Coverage other) {
    other.counts.forEach(this::add);
  }

  /** What has never happened. */
  List<String> never() {
    List<String> never = new ArrayList<>();
    counts.forEach((what, times) -> {
      if (times == 0) {
        never.add(what);
      }
    });
    return never;
  }

  /** All of it, a line each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((what, times) -> text.append("  %10d  %s%n".formatted(times, what)));
    return text.toString();
  }
}
