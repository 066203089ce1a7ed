package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.text.DurationText;
import dev.rgap.transport.ConfiguredSource;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The configuration that is in use, with fingerprints for keys. */
final class ConfigPage {

  private final Subject subject;

  ConfigPage(Subject subject) {
    this.subject = subject;
  }

  Answer show(Call call) throws Refusal {
    call.allow(Set.of());
    ListenerConfig present = subject.config().get();
    Optional<LastReload> reload = subject.lastReload().get();
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("listen");
          for (ConfiguredSource<?> source : present.listen()) {
            json.writeString(source.label());
          }
          json.writeEndArray();
          json.writeBooleanField("watch", present.watch());
          var state = present.state();
          if (state != null) {
            json.writeStringField("state_dir", state.directory().toString());
          }
          json.writeArrayFieldStart("groups");
          for (GroupConfig group : present.groups()) {
            write(json, group);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("outputs");
          for (ConfiguredOutput<?> output : present.outputs()) {
            json.writeStartObject();
            OutputPages.writeGroups(json, output);
            json.writeEndObject();
          }
          json.writeEndArray();
          if (reload.isPresent()) {
            write(json, reload.get());
          }
        });
  }

  private static void write(JsonGenerator json, LastReload reload) throws IOException {
    json.writeObjectFieldStart("last_reload");
    json.writeStringField("time", reload.time().toString());
    json.writeBooleanField("successful", reload.outcome().used());
    State.write(json, "problems", reload.outcome().problems());
    State.write(json, "failed", reload.outcome().failed());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, GroupConfig group) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", group.id().toString());
    json.writeArrayFieldStart("keys");
    for (PreSharedKey key : group.keys()) {
      json.writeString(key.fingerprint());
    }
    json.writeEndArray();
    json.writeStringField("expire", DurationText.format(group.expire()));
    json.writeStringField("clock_skew", DurationText.format(group.clockSkew()));
    json.writeStringField("readiness_delay", DurationText.format(group.readinessDelay()));
    json.writeNumberField("max_members", group.maxMembers());
    json.writeArrayFieldStart("addresses");
    for (IpNetwork network : group.addresses()) {
      json.writeString(network.toString());
    }
    json.writeEndArray();
    json.writeStringField("draining", group.draining().label());
    json.writeBooleanField("guard", group.guard() != null);
    json.writeBooleanField("damping", group.damping() != null);
    json.writeEndObject();
  }
}
