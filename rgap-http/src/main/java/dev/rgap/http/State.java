package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Whether the listener is well, and its reload. */
final class State {

  /** Of more groups that are not ready, their number says enough. */
  private static final int MOST_NAMED = 100;

  private final Subject subject;

  State(Subject subject) {
    this.subject = subject;
  }

  Answer healthy(Call call) throws Refusal {
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
    return Answer.problem(
            503,
            "Not Ready",
            waiting.size() + " of the groups may not know all of their members yet",
            json -> {
              json.writeArrayFieldStart("reasons");
              for (GroupId group : waiting.subList(0, Math.min(MOST_NAMED, waiting.size()))) {
                json.writeString("group " + group + " waits for its readiness_delay");
              }
              json.writeEndArray();
            })
        .with("Retry-After", GroupPages.RETRY_AFTER);
  }

  Answer reload(Call call) throws Refusal {
    call.allow(Set.of());
    Reload reload = subject.reload().get();
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
