package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.listener.RejectedSender;
import dev.rgap.listener.Rejection;
import dev.rgap.listener.Rejections;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who has sent what was not accepted. */
final class RejectionPages {

  private final Subject subject;

  RejectionPages(Subject subject) {
    this.subject = subject;
  }

  Answer list(Call call) throws Refusal {
    call.allow(Set.of("reason", "group", "sender"));
    @Nullable Rejection reason =
        call.<@Nullable Rejection>parsed("reason", null, RejectionPages::reason, "a reason");
    @Nullable GroupId group =
        call.<@Nullable GroupId>parsed("group", null, GroupId::parse, "a group's id");
    @Nullable String sender =
        call.<@Nullable String>parsed("sender", null, RejectionPages::plain, "a sender");
    Rejections all = subject.rejections().get();
    List<RejectedSender> wanted =
        all.senders().stream()
            .filter(each ->
                (reason == null || each.reason() == reason)
                    && (group == null || group.equals(each.group()))
                    && (sender == null || sender.equals(plain(each.sender()))))
            .toList();
    return Answer.json(
        200,
        json -> {
          json.writeObjectFieldStart("rejected");
          for (Rejection each : Rejection.values()) {
            json.writeNumberField(each.label(), subject.stats().rejected(each));
          }
          json.writeEndObject();
          json.writeNumberField("others", all.others());
          write(json, wanted);
        });
  }

  private static Rejection reason(String label) {
    for (Rejection each : Rejection.values()) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    throw new IllegalArgumentException(label);
  }

  /** An address has one form only; what is none stays as it is. */
  private static String plain(String sender) {
    try {
      return IpAddress.parse(sender).toString();
    } catch (IllegalArgumentException e) {
      return sender;
    }
  }

  /** Those that this address has sent, or that announce it. */
  List<RejectedSender> about(IpAddress address) {
    Predicate<RejectedSender> about =
        each -> address.equals(each.senderAddress()) || address.equals(each.address());
    return subject.rejections().get().senders().stream().filter(about).toList();
  }

  static void write(JsonGenerator json, List<RejectedSender> senders) throws IOException {
    json.writeArrayFieldStart("rejections");
    for (RejectedSender each : senders) {
      json.writeStartObject();
      json.writeStringField("reason", each.reason().label());
      json.writeStringField("sender", each.sender());
      json.writeStringField("source", each.source());
      text(json, "group", each.group());
      text(json, "address", each.address());
      json.writeNumberField("count", each.count());
      json.writeStringField("first", each.first().toString());
      json.writeStringField("last", each.last().toString());
      seconds(json, "skew_seconds", each.skew());
      json.writeStringField("detail", each.detail());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** A field, if it is known. */
  static void text(JsonGenerator json, String name, @Nullable Object value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value.toString());
    }
  }

  /** A field, if it is known: seconds, to the microsecond. */
  static void seconds(JsonGenerator json, String name, @Nullable Duration value)
      throws IOException {
    if (value != null) {
      // Not by Duration.toNanos: a stranger's timestamp may be too far away for that.
      double micros = value.getSeconds() * 1e6 + Math.round(value.getNano() / 1e3);
      json.writeNumberField(name, micros / 1e6);
    }
  }
}
