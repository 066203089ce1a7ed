package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.listener.RejectedSender;
import dev.rgap.membership.Member;
import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Why an address is a member, or is none. Answers for groups that are not ready, too. */
final class AddressPage {

  private final Membership membership;
  private final RejectionPages rejections;
  private final EventRing events;

  AddressPage(Membership membership, RejectionPages rejections, EventRing events) {
    this.membership = membership;
    this.rejections = rejections;
    this.events = events;
  }

  Answer show(Call call) throws Refusal {
    call.allow(Set.of());
    IpAddress address = address(call);
    List<RejectedSender> rejected = rejections.about(address);
    Set<GroupId> mentioned =
        rejected.stream()
            .filter(each -> address.equals(each.address()))
            .map(RejectedSender::group)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(HashSet::new));
    return Answer.json(
        200,
        json -> {
          json.writeStringField("address", address.toString());
          json.writeArrayFieldStart("groups");
          for (GroupId group : membership.groups()) {
            Optional<Member> member = membership.member(group, address);
            Optional<EventRing.Leave> left =
                member.isPresent() ? Optional.empty() : events.lastLeave(group, address);
            if (member.isPresent() || left.isPresent() || mentioned.contains(group)) {
              write(json, group, member, left);
            }
          }
          json.writeEndArray();
          RejectionPages.write(json, rejected);
        });
  }

  private void write(
      JsonGenerator json, GroupId group, Optional<Member> member, Optional<EventRing.Leave> left)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("group", group.toString());
    json.writeBooleanField("ready", membership.snapshot(group).ready());
    json.writeBooleanField("member", member.isPresent());
    if (member.isPresent()) {
      GroupPages.writeLife(json, member.get());
    }
    if (left.isPresent()) {
      json.writeObjectFieldStart("left");
      json.writeStringField("time", left.get().time().toString());
      json.writeStringField("cause", left.get().cause().label());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static IpAddress address(Call call) throws Refusal {
    try {
      return IpAddress.parse(call.id());
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("an address is expected behind /v1/addresses/");
    }
  }
}
