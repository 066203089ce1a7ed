package dev.rgap.outputs.command;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.protocol.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a program is given to read. */
final class CommandInput {

  private CommandInput() {}

  /** An address a line. */
  static byte[] lines(GroupSnapshot snapshot) {
    StringBuilder text = new StringBuilder();
    snapshot.addresses().forEach(address -> text.append(address).append('\n'));
    return text.toString().getBytes(US_ASCII);
  }

  /**
   * One object, in one line:
   *
   * <pre>
   *   {"group":"1000",
   *    "members":[{"address":"192.0.2.1","expires_at":"2026-01-02T03:04:35.678901Z"}],
   *    "joined":["192.0.2.1"],"left":[]}
   * </pre>
   *
   * <p>A member that is held has {@code "held":true} beside its expiry, which is past.
   *
   * <p>One that drains has {@code "draining":true}.
   *
   * @param members the group's members with their expiry, sorted; some may have left meanwhile, of
   *     others the expiry may be missing
   * @param before the addresses that the last successful run was given, sorted
   */
  static byte[] json(GroupSnapshot snapshot, List<Member> members, List<IpAddress> before) {
    List<IpAddress> joined = new ArrayList<>();
    List<IpAddress> left = new ArrayList<>();
    difference(before, snapshot.addresses(), joined, left);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      // As text: readers in JavaScript and others have 53 bits for a number.
      json.writeStringField("group", snapshot.group().toString());
      json.writeArrayFieldStart("members");
      int next = 0;
      for (IpAddress address : snapshot.addresses()) {
        json.writeStartObject();
        json.writeStringField("address", address.toString());
        // Both are sorted, so that one pass finds the pairs.
        while (next < members.size() && members.get(next).address().compareTo(address) < 0) {
          next++;
        }
        if (next < members.size() && members.get(next).address().equals(address)) {
          json.writeStringField("expires_at", members.get(next).expiresAt().toString());
          if (members.get(next).held()) {
            json.writeBooleanField("held", true);
          }
          if (members.get(next).draining()) {
            json.writeBooleanField("draining", true);
          }
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      writeArray(json, "joined", joined);
      writeArray(json, "left", left);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    }
    return bytes.toByteArray();
  }

  private static void writeArray(JsonGenerator json, String name, Collection<IpAddress> addresses)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (IpAddress address : addresses) {
      json.writeString(address.toString());
    }
    json.writeEndArray();
  }

  /** What has come and gone between two sorted lists, in one pass. */
  private static void difference(
      List<IpAddress> before, List<IpAddress> now, List<IpAddress> joined, List<IpAddress> left) {
    int b = 0;
    int n = 0;
    while (b < before.size() || n < now.size()) {
      int order =
          b == before.size() ? 1 : n == now.size() ? -1 : before.get(b).compareTo(now.get(n));
      if (order < 0) {
        left.add(before.get(b));
      } else if (order > 0) {
        joined.add(now.get(n));
      }
      b += order <= 0 ? 1 : 0;
      n += order >= 0 ? 1 : 0;
    }
  }
}
