package dev.rgap.http;

import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a group, without the snapshot that it led to: what is remembered of it
 * holds no members.
 */
final class Happening {

  /** What it was; the names are those of the events that clients get. */
  enum Kind {
    /** An address has become a member. */
    JOINED("joined"),
    /** A member says that it drains. */
    DRAINING("draining"),
    /** A member says that it drains no more. */
    UNDRAINED("undrained"),
    /** A member is one no more. */
    LEFT("left"),
    /** The group's readiness delay is over. */
    READY("ready"),
    /** The group as it stands: at the start, and when it comes into the configuration or goes. */
    STATE("state"),
    /** What happened before was too much to be taken up. Of no group. */
    RESET("reset");

    final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private final long micros;
  private final Kind kind;
  private final @Nullable GroupId group;
  private final @Nullable IpAddress address;
  private final Left.@Nullable Cause cause;
  private final int size;
  private final boolean ready;

  /** Made for the first client that gets it. */
  private byte @Nullable [] text;

  /**
   * Of a group.
   *
   * @param micros since 1970
   * @param size of the group after it
   */
  Happening(
      long micros,
      Kind kind,
      @Nullable GroupId group,
      @Nullable IpAddress address,
      Left.@Nullable Cause cause,
      int size,
      boolean ready) {
    this.micros = micros;
    this.kind = kind;
    this.group = group;
    this.address = address;
    this.cause = cause;
    this.size = size;
    this.ready = ready;
  }

  /** What was too much. */
  static Happening reset(long micros) {
    return new Happening(micros, Kind.RESET, null, null, null, 0, false);
  }

  Kind kind() {
    return kind;
  }

  /** Null for a reset, which is of all groups. */
  @Nullable GroupId group() {
    return group;
  }

  @Nullable IpAddress address() {
    return address;
  }

  Left.@Nullable Cause cause() {
    return cause;
  }

  Instant time() {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  /** The group's members after it. */
  int size() {
    return size;
  }

  /**
   * As an event of a stream. Threads that make it at a time make the same.
   *
   * @param id its own
   */
  byte[] text(String id) {
    byte[] made = text;
    if (made == null) {
      made = event(id).getBytes(StandardCharsets.US_ASCII);
      text = made;
    }
    return made;
  }

  private String event(String id) {
    if (kind == Kind.RESET) {
      return reset(id, "more has happened at once than can be told");
    }
    StringBuilder json = new StringBuilder(200);
    json.append("{\"time\":\"").append(time()).append("\",\"group\":\"").append(group).append('"');
    if (address != null) {
      json.append(",\"address\":\"").append(address).append('"');
    }
    if (cause != null) {
      json.append(",\"cause\":\"").append(cause.label()).append('"');
    }
    json.append(",\"size\":").append(size).append(",\"ready\":").append(ready).append('}');
    return event(id, kind.label, json.toString());
  }

  /**
   * Tells that what was missed can't be told any more.
   *
   * @param reason without signs that JSON or a line would not bear
   */
  static String reset(String id, String reason) {
    return event(id, Kind.RESET.label, "{\"reason\":\"" + reason + "\"}");
  }

  /** As the stream has it. */
  static String event(String id, String name, String data) {
    return "id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n";
  }
}
