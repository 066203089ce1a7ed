package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Whether the listener is well, and its reload. */
final class State {

  /** Of more that are not ready, their number says enough. */
  private static final int MOST_NAMED = 100;

  private final Subject subject;

  State(Subject subject) {
    this.subject = subject;
  }

  static Answer healthy(Call call) throws Refusal {
    call.allow(Set.of());
    return Answer.json(200, json -> json.writeStringField("status", "healthy"));
  }

  /** Once it was ready it stays so, whatever groups a reload brings. */
  Answer ready(Call call) throws Refusal {
    call.allow(Set.of());
    List<GroupId> waiting =
        subject.wasReady().getAsBoolean()
            ? List.of()
            : subject.membership().groups().stream()
                .filter(group -> !subject.membership().snapshot(group).ready())
                .toList();
    if (waiting.isEmpty()) {
      return Answer.json(200, json -> json.writeStringField("status", "ready"));
    }
    return notReady(
        waiting.size() + " of the groups may not know all of their members yet",
        waiting.stream()
            .map(group -> "group " + group + " waits for its readiness_delay")
            .toList());
  }

  /** Of many reasons some are told. */
  static Answer notReady(String detail, List<String> reasons) {
    List<String> told = reasons.subList(0, Math.min(MOST_NAMED, reasons.size()));
    return Answer.problem(503, "Not Ready", detail, json -> write(json, "reasons", told))
        .with("Retry-After", GroupPages.RETRY_AFTER);
  }

  Answer reload(Call call) throws Refusal {
    call.allow(Set.of());
    return of(subject.reload().get());
  }

  /** What came of a reload. */
  static Answer of(Reload reload) {
    Answer.Fields fields =
        json -> {
          write(json, "changed", reload.made());
          write(json, "failed", reload.failed());
          write(json, "problems", reload.problems());
        };
    return reload.used()
        ? Answer.json(200, fields)
        : Answer.problem(
            422, "Not Reloaded", "the configuration has errors, and stays as it was", fields);
  }

  static void write(JsonGenerator json, String name, List<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
