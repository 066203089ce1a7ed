package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentReport.Check;
import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.agent.AgentReport.Sent;
import dev.rgap.agent.AgentReport.Source;
import dev.rgap.agent.AgentState;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** How agents are doing, and what they can be told. */
final class AgentPages {

  private static final double NANOS = 1e9;

  private final AgentSubject subject;

  AgentPages(AgentSubject subject) {
    this.subject = subject;
  }

  /** All of them announce, and that has gone somewhere. */
  Answer ready(Call call) throws Refusal {
    call.allow(Set.of());
    List<String> reasons = new ArrayList<>();
    for (AgentReport report : subject.reports().get()) {
      String reason = whyNotReady(report);
      if (!reason.isEmpty()) {
        reasons.add("group " + report.group() + " " + reason);
      }
    }
    return reasons.isEmpty()
        ? Answer.json(200, json -> json.writeStringField("status", "ready"))
        : State.notReady(reasons.size() + " of the agents do not announce", reasons);
  }

  private static String whyNotReady(AgentReport report) {
    if (report.state() != AgentState.ANNOUNCING) {
      return "is " + name(report.state()).replace('_', ' ') + cause(report);
    }
    List<Sent> destinations = report.destinations();
    if (destinations.isEmpty() || destinations.stream().anyMatch(each -> each.sent() > 0)) {
      return "";
    }
    return "has not been announced to yet"
        + destinations.stream()
            .flatMap(each -> each.problem().stream())
            .findFirst()
            .map(": "::concat)
            .orElse("");
  }

  /** The first check that fails, or the first source that can't tell, if that is why. */
  private static String cause(AgentReport report) {
    Optional<String> cause =
        switch (report.state()) {
          case UNHEALTHY ->
              report.checks().stream()
                  .filter(check -> check.state() == CheckState.FAILING)
                  .map(check -> check.label() + check.problem().map(": "::concat).orElse(""))
                  .findFirst();
          case WITHOUT_ADDRESS ->
              report.sources().stream()
                  .filter(source -> source.problem().isPresent())
                  .map(source -> source.label() + ": " + source.problem().get())
                  .findFirst();
          default -> Optional.empty();
        };
    return cause.map(": "::concat).orElse("");
  }

  Answer list(Call call) throws Refusal {
    call.allow(Set.of());
    return all();
  }

  Answer drain(Call call) throws Refusal {
    call.allow(Set.of());
    subject.drain().run();
    return all();
  }

  Answer undrain(Call call) throws Refusal {
    call.allow(Set.of());
    subject.undrain().run();
    return all();
  }

  Answer reload(Call call) throws Refusal {
    call.allow(Set.of());
    Supplier<Reload> reload =
        subject
            .reload()
            .orElseThrow(() ->
                new Refusal(
                    Answer.problem(
                        409,
                        "Conflict",
                        "this agent goes by its command line: there is no configuration that"
                            + " could be read again")));
    return State.of(reload.get());
  }

  private Answer all() {
    List<AgentReport> reports = subject.reports().get();
    Optional<Duration> offset = subject.clockOffset().get();
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("agents");
          for (AgentReport report : reports) {
            write(json, report);
          }
          json.writeEndArray();
          if (offset.isPresent()) {
            json.writeNumberField("clock_offset_seconds", offset.get().toNanos() / NANOS);
          }
        });
  }

  private static void write(JsonGenerator json, AgentReport report) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", report.group().toString());
    json.writeStringField("key", report.key());
    json.writeStringField("state", name(report.state()));
    json.writeStringField("since", report.since().toString());
    json.writeNumberField("interval_seconds", report.interval().toNanos() / NANOS);
    write(json, report.addresses());
    json.writeArrayFieldStart("sources");
    for (Source source : report.sources()) {
      json.writeStartObject();
      json.writeStringField("source", source.label());
      write(json, source.addresses());
      problem(json, source.problem());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("checks");
    for (Check check : report.checks()) {
      json.writeStartObject();
      json.writeStringField("check", check.label());
      json.writeStringField("state", name(check.state()));
      json.writeStringField("since", check.since().toString());
      problem(json, check.problem());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("destinations");
    for (Sent sent : report.destinations()) {
      json.writeStartObject();
      json.writeStringField("destination", sent.label());
      json.writeNumberField("sent", sent.sent());
      json.writeNumberField("failed", sent.failed());
      problem(json, sent.problem());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, List<IpAddress> addresses) throws IOException {
    State.write(json, "addresses", addresses.stream().map(IpAddress::toString).toList());
  }

  private static void problem(JsonGenerator json, Optional<String> problem) throws IOException {
    if (problem.isPresent()) {
      json.writeStringField("problem", problem.get());
    }
  }

  private static String name(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
