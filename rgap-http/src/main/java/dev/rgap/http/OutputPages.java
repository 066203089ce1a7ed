package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Family;
import dev.rgap.metrics.MetricsSnapshot.Reading;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The outputs and how they do. */
final class OutputPages {

  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;

  /** What the numbers say of an output. */
  private static final class Numbers {
    boolean failing;
    double lastSuccess;
    boolean publishes;
    final Map<String, Long> runs = new TreeMap<>();
  }

  private final Subject subject;

  OutputPages(Subject subject) {
    this.subject = subject;
  }

  Answer list(Call call) throws Refusal {
    call.allow(Set.of());
    List<ConfiguredOutput<?>> outputs = subject.config().get().outputs();
    Map<String, Numbers> numbers = numbers(subject.metrics().snapshot());
    Map<OutputId, OutputReport> reports = subject.outputReports().get();
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("outputs");
          for (ConfiguredOutput<?> output : outputs) {
            json.writeStartObject();
            write(json, output, numbers.getOrDefault(output.id().text(), new Numbers()));
            OutputReport report = reports.get(output.id());
            if (report != null) {
              write(json, report);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** The ids of groups as JSON has them. */
  static void writeGroups(JsonGenerator json, ConfiguredOutput<?> output) throws IOException {
    json.writeStringField("output", output.id().text());
    json.writeStringField("kind", output.kind());
    json.writeArrayFieldStart("groups");
    List<String> groups =
        output.publishes().stream().sorted().map(Object::toString).collect(Collectors.toList());
    for (String group : groups) {
      json.writeString(group);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, ConfiguredOutput<?> output, Numbers numbers)
      throws IOException {
    writeGroups(json, output);
    if (numbers.publishes) {
      json.writeBooleanField("failing", numbers.failing);
      if (numbers.lastSuccess > 0) {
        json.writeStringField(
            "last_success", Instant.ofEpochMilli((long) (numbers.lastSuccess * MILLIS)).toString());
      }
      json.writeObjectFieldStart("runs");
      for (Map.Entry<String, Long> run : numbers.runs.entrySet()) {
        json.writeNumberField(run.getKey(), run.getValue());
      }
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, OutputReport report) throws IOException {
    json.writeStringField("last_run", report.ended().toString());
    json.writeNumberField("last_duration_seconds", report.took().toNanos() / NANOS);
    if (!report.error().isEmpty()) {
      json.writeStringField("error", report.error());
    }
  }

  private static Map<String, Numbers> numbers(MetricsSnapshot snapshot) {
    Map<String, Numbers> all = new TreeMap<>();
    for (Family family : snapshot.families()) {
      for (Sample sample : family.samples()) {
        String output = sample.labels().get("output");
        if (output == null || !(sample.value() instanceof Reading reading)) {
          continue;
        }
        Numbers numbers = all.computeIfAbsent(output, id -> new Numbers());
        switch (family.name()) {
          case "rgap_output_failing" -> {
            numbers.publishes = true;
            numbers.failing = reading.value() != 0;
          }
          case "rgap_output_last_success_timestamp_seconds" ->
              numbers.lastSuccess = reading.value();
          case "rgap_output_runs_total" ->
              numbers.runs.put(sample.labels().getOrDefault("result", ""), (long) reading.value());
          default -> {}
        }
      }
    }
    return all;
  }
}
