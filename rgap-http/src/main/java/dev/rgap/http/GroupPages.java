package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.membership.Membership;
import dev.rgap.membership.Membership.Subscription;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The groups and who is in them. */
final class GroupPages {

  /** Seconds after which one that was not ready may be asked for again. */
  static final String RETRY_AFTER = "5";

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MOST_LIMIT = 10_000;
  private static final int BATCH = 250;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final double NANOS = 1e9;

  private final Membership membership;

  /** Versions of another process are other versions. */
  private final String start = UUID.randomUUID().toString().substring(0, 8);

  private final Executor tellers = Executors.newVirtualThreadPerTaskExecutor();

  private final SizeRing sizes;

  GroupPages(Membership membership, SizeRing sizes) {
    this.membership = membership;
    this.sizes = sizes;
  }

  Answer list(Call call) throws Refusal {
    call.allow(Set.of("after", "limit", "history"));
    GroupId after = call.<@Nullable GroupId>parsed("after", null, GroupId::parse, "a group's id");
    int limit = (int) call.number("limit", 1, MOST_LIMIT, Integer.MAX_VALUE);
    boolean history = call.flag("history");
    List<GroupId> rest =
        membership.groups().stream()
            .filter(group -> after == null || group.compareTo(after) > 0)
            .toList();
    List<GroupId> groups = rest.subList(0, Math.min(limit, rest.size()));
    return Answer.json(
        200,
        json -> {
          json.writeArrayFieldStart("groups");
          for (GroupId group : groups) {
            json.writeStartObject();
            writeHead(json, membership.snapshot(group));
            json.writeNumberField("held", membership.held(group));
            json.writeNumberField("draining", membership.snapshot(group).draining());
            json.writeNumberField("pending", membership.pending(group));
            if (history) {
              writeHistory(json, group);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          if (groups.size() < rest.size()) {
            json.writeStringField("next", groups.getLast().toString());
          }
        });
  }

  private void writeHistory(JsonGenerator json, GroupId group) throws IOException {
    int[] known = sizes.of(group);
    if (known != null) {
      json.writeObjectFieldStart("history");
      json.writeNumberField("interval_seconds", SizeRing.SECONDS);
      json.writeArrayFieldStart("sizes");
      for (int size : known) {
        json.writeNumber(size);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeHead(JsonGenerator json, GroupSnapshot snapshot) throws IOException {
    json.writeStringField("group", snapshot.group().toString());
    json.writeBooleanField("ready", snapshot.ready());
    json.writeNumberField("index", snapshot.version());
    json.writeNumberField("size", snapshot.addresses().size());
  }

  Answer show(Call call) throws Refusal, InterruptedException {
    call.allow(Set.of("after", "limit", "wait", "index"));
    IpAddress after =
        call.<@Nullable IpAddress>parsed("after", null, IpAddress::parse, "an address");
    int limit = (int) call.number("limit", 1, MOST_LIMIT, DEFAULT_LIMIT);
    GroupSnapshot snapshot = wanted(call);
    String tag = tag(snapshot);
    if (has(call.header("If-None-Match"), tag)) {
      return new Answer(304, "", Map.of("ETag", tag), Answer.NOTHING);
    }
    return Answer.json(
            200,
            json -> {
              writeHead(json, snapshot);
              writeMembers(json, snapshot.group(), after, limit);
            })
        .with("ETag", tag);
  }

  /** Some at a time: of one that takes them slowly, no more have to be remembered. */
  private void writeMembers(JsonGenerator json, GroupId group, @Nullable IpAddress after, int limit)
      throws IOException {
    IpAddress last = after;
    int written = 0;
    boolean more = true;
    json.writeArrayFieldStart("members");
    while (more && written < limit) {
      int wanted = Math.min(BATCH, limit - written);
      List<Member> members = membership.members(group, last, wanted);
      for (Member member : members) {
        write(json, member);
        last = member.address();
      }
      written += members.size();
      more = members.size() == wanted;
    }
    json.writeEndArray();
    if (more && last != null) {
      json.writeStringField("next", last.toString());
    }
  }

  private static void write(JsonGenerator json, Member member) throws IOException {
    json.writeStartObject();
    json.writeStringField("address", member.address().toString());
    writeLife(json, member);
    json.writeEndObject();
  }

  /** What there is to tell of a member besides its address. */
  static void writeLife(JsonGenerator json, Member member) throws IOException {
    json.writeStringField("expires_at", member.expiresAt().toString());
    json.writeNumberField("remaining_seconds", member.remaining().toNanos() / NANOS);
    json.writeBooleanField("held", member.held());
    json.writeBooleanField("draining", member.draining());
    Member.Origin origin = member.origin();
    if (origin != null) {
      RejectionPages.text(json, "since", origin.since());
      RejectionPages.text(json, "announced", origin.announced());
      RejectionPages.text(json, "sender", origin.sender());
      RejectionPages.seconds(json, "skew_seconds", origin.skew());
      RejectionPages.text(json, "key", origin.key());
    }
  }

  /** Of the same members the remaining life differs: the tag is a weak one. */
  private String tag(GroupSnapshot snapshot) {
    return "W/\"" + start + "-" + snapshot.version() + "\"";
  }

  private static boolean has(String tags, String tag) {
    for (String each : tags.split(",", -1)) {
      if (each.strip().equals(tag) || each.strip().equals("*")) {
        return true;
      }
    }
    return false;
  }

  /** The group that is asked for, when it is another than the client knows or the time is over. */
  private GroupSnapshot wanted(Call call) throws Refusal, InterruptedException {
    GroupId group = id(call.id());
    Duration wait = call.duration("wait", LONGEST_WAIT);
    long index = call.number("index", 0, Long.MAX_VALUE, -1);
    if (index >= 0 && wait.isPositive() && membership.snapshot(group).version() == index) {
      await(group, index, System.nanoTime() + wait.toNanos());
    }
    return ready(group);
  }

  private void await(GroupId group, long index, long end) throws InterruptedException {
    Semaphore changes = new Semaphore(0);
    Subscription subscription = membership.watch(Set.of(group), tellers, changes::release);
    try {
      while (membership.snapshot(group).version() == index
          && changes.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        changes.drainPermits();
      }
    } finally {
      subscription.close();
    }
  }

  /** A group, if it is ready: an incomplete list must not look like a complete one. */
  GroupSnapshot ready(Call call) throws Refusal {
    return ready(id(call.id()));
  }

  private GroupSnapshot ready(GroupId group) throws Refusal {
    if (!membership.groups().contains(group)) {
      throw unknown(group);
    }
    GroupSnapshot snapshot = membership.snapshot(group);
    if (!snapshot.ready()) {
      throw new Refusal(
          Answer.problem(
                  503,
                  "Not Ready",
                  "group " + group + " may not know all of its members yet: readiness_delay")
              .with("Retry-After", RETRY_AFTER));
    }
    return snapshot;
  }

  static Refusal unknown(GroupId group) {
    return Refusal.notFound("group " + group + " is not configured");
  }

  static GroupId id(String text) throws Refusal {
    try {
      return GroupId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("the group's id is a number of 64 bits");
    }
  }
}
