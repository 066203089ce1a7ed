package dev.rgap.cli.command;

import dev.rgap.cli.log.Escape;
import dev.rgap.text.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a listener knows of an address, in words. */
final class Explanation {

  private static final double MILLIS = 1e3;

  /** Where what a group's entry says begins. */
  private static final int COLUMN = 21;

  private final Map<?, ?> known;
  private final String address;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  /**
   * Of an answer.
   *
   * @param known the answer to {@code /v1/addresses/ADDRESS}
   * @param now when it came
   */
  Explanation(Map<?, ?> known, Instant now) {
    this.known = known;
    this.address = Json.text(known, "address");
    this.now = now;
    for (Map<?, ?> group : Json.objects(known, "groups")) {
      addGroup(group);
    }
    for (Map<?, ?> rejection : Json.objects(known, "rejections")) {
      addRejection(rejection);
    }
    if (lines.isEmpty()) {
      addNothing();
    }
  }

  /** All of it. */
  List<String> lines() {
    return lines;
  }

  /** Whether the address is a member of a group. */
  boolean isMember() {
    return Json.objects(known, "groups").stream().anyMatch(Explanation::isMember);
  }

  private static boolean isMember(Map<?, ?> group) {
    return is(group, "member");
  }

  private static boolean is(Map<?, ?> object, String name) {
    return Json.text(object, name).equals("true");
  }

  private void addGroup(Map<?, ?> group) {
    String id = Json.text(group, "group");
    if (isMember(group)) {
      line(address + " is a member of group " + id);
      addTime("since", group, "since", " ago");
      addTime("last announcement", group, "announced", " ago by its clock");
      String skew = Json.text(group, "skew_seconds");
      if (!skew.isEmpty()) {
        field("its clock", clock(Double.parseDouble(skew)));
      }
      field("key", Json.text(group, "key"));
      field("sender", Json.text(group, "sender"));
      String left = Json.text(group, "remaining_seconds");
      if (!left.isEmpty()) {
        field("life left", text(Double.parseDouble(left)));
      }
      if (is(group, "held")) {
        field("", "it is due, and only kept by the group's guard");
      }
      if (is(group, "draining")) {
        field("", "it drains: it is there, and asks for nothing new");
      }
    } else {
      line(address + " is no member of group " + id);
      if (group.get("left") instanceof Map<?, ?> left) {
        addTime("left", left, "time", " ago");
        field("cause", cause(Json.text(left, "cause")));
      }
    }
    if (Json.text(group, "ready").equals("false")) {
      field("", "the group is not ready: outputs do not have its members yet");
    }
  }

  private static String cause(String cause) {
    return switch (cause) {
      case "expired" -> "expired: no announcement came in time";
      case "farewell" -> "farewell: its agent has said that it leaves";
      case "draining" -> "draining: it drains, and the group does not keep those who do";
      case "removed" -> "removed: the configuration does not want it any more";
      default -> cause;
    };
  }

  private void addRejection(Map<?, ?> rejection) {
    StringBuilder line = new StringBuilder("rejected as ").append(Json.text(rejection, "reason"));
    line.append(", ").append(times(Json.text(rejection, "count")));
    String last = ago(Json.text(rejection, "last"));
    if (!last.isEmpty()) {
      line.append(", last ").append(last).append(" ago");
    }
    append(line, ", from ", Json.text(rejection, "sender"));
    append(line, " at ", Json.text(rejection, "source"));
    append(line, ", for group ", Json.text(rejection, "group"));
    String announced = Json.text(rejection, "address");
    append(line, ", announcing ", announced.equals(address) ? "" : announced);
    line(line.toString());
    String skew = Json.text(rejection, "skew_seconds");
    if (!skew.isEmpty()) {
      field("its clock", clock(Double.parseDouble(skew)));
    }
    field("", Json.text(rejection, "detail"));
  }

  private static String times(String count) {
    return count.equals("1") ? "once" : count + " times";
  }

  private static void append(StringBuilder line, String before, String text) {
    if (!text.isEmpty()) {
      line.append(before).append(text);
    }
  }

  private void addNothing() {
    line("nothing is remembered that came from " + address + " or for it");
    line("Look whether");
    line("- its agent runs, announces this address, and to this host and port: its log says so");
    line("- its datagrams arrive here: rgap sniff, or tcpdump -ni any udp");
    line("- a firewall drops UDP on the way; multicast needs a --ttl beyond its own network");
    line("docs/networks.md has more: what to do when a host does not show up");
  }

  private static String clock(double ahead) {
    double size = Math.abs(ahead);
    return size < 1 / MILLIS
        ? "as the listener's"
        : text(size) + (ahead > 0 ? " ahead of the listener's" : " behind the listener's");
  }

  private void addTime(String label, Map<?, ?> object, String name, String suffix) {
    String time = Json.text(object, name);
    String ago = ago(time);
    field(label, ago.isEmpty() ? time : time + ", " + ago + suffix);
  }

  private String ago(String time) {
    try {
      Duration ago = Duration.between(Instant.parse(time), now);
      return ago.isNegative() ? "0s" : text(ago.toMillis() / MILLIS);
    } catch (DateTimeException e) {
      return "";
    }
  }

  /** Seconds as a duration: to the tenth while they are few. */
  private static String text(double seconds) {
    long millis = Math.round(seconds * MILLIS);
    long unit = millis < 60_000 ? 100 : 1_000;
    return DurationText.format(Duration.ofMillis(millis < unit ? millis : millis / unit * unit));
  }

  private void field(String label, String text) {
    if (!text.isEmpty()) {
      String start = "  " + label;
      line(start + " ".repeat(label.isEmpty() ? 0 : COLUMN - start.length()) + text);
    }
  }

  private void line(String text) {
    lines.add(Escape.controls(text));
  }
}
