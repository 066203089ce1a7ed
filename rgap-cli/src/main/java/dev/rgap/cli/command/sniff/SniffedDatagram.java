package dev.rgap.cli.command.sniff;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.listener.Rejection;
import dev.rgap.listener.RejectionText;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementCodec;
import dev.rgap.protocol.ExtendedCodec;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A datagram as {@code rgap sniff} shows it: on a line for people, or as a JSON object on a line.
 *
 * @param nowMicros when it arrived, by this host's wall clock
 * @param sender where it came from
 * @param endpoint the address at which it arrived, as configured
 * @param size its length in bytes
 * @param contents what it says
 * @param verdict what a listener would do with it
 * @param rejection why it would be rejected, if so
 * @param explanation the same in words, or why there is no verdict; empty if there is nothing to
 *     say
 */
record SniffedDatagram(
    long nowMicros,
    String sender,
    String endpoint,
    int size,
    Contents contents,
    Verdict verdict,
    @Nullable Rejection rejection,
    String explanation) {

  /**
   * What a datagram says.
   *
   * @param version the protocol version; null if it is too short or too long
   * @param announcement what it claims; null if it is of no known version
   * @param state what the host says of itself; null if it says nothing of it, or nothing known
   */
  record Contents(
      @Nullable Integer version,
      @Nullable Announcement announcement,
      @Nullable AnnouncedState state) {

    private static final Contents NONE = new Contents(null, null, null);

    static Contents of(byte[] datagram, int length) {
      if (length < Short.BYTES) {
        return NONE;
      }
      int version = AnnouncementCodec.version(datagram);
      if (version == ExtendedCodec.VERSION) {
        return ExtendedCodec.isSized(datagram, length)
            ? new Contents(version, announcement(datagram), ExtendedCodec.state(datagram))
            : NONE;
      }
      return length != AnnouncementCodec.SIZE
          ? NONE
          : new Contents(
              version, version == AnnouncementCodec.VERSION ? announcement(datagram) : null, null);
    }

    private static Announcement announcement(byte[] datagram) {
      return new Announcement(
          new GroupId(AnnouncementCodec.groupBits(datagram)),
          AnnouncementCodec.timestampMicros(datagram),
          new IpAddress(
              AnnouncementCodec.addressHigh(datagram), AnnouncementCodec.addressLow(datagram)));
    }
  }

  /** What a listener would do. */
  enum Verdict {
    /** Make or keep the address a member, or let it leave. */
    ACCEPTED("accepted"),
    /** Ignore it. */
    REJECTED("rejected"),
    /** Not known, since there is no key. */
    UNVERIFIED("unverified");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }
  }

  /** Always with six digits, so that columns stay where they are. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);

  private static final JsonFactory JSON = new JsonFactory();

  /** The line for people. */
  String toText() {
    StringBuilder line = new StringBuilder(250);
    line.append(time(nowMicros)).append(' ').append(sender).append(" -> ").append(endpoint);
    line.append(": ").append(size).append(" bytes");
    Announcement announcement = contents.announcement();
    if (contents.version() != null) {
      line.append(", version ").append(RejectionText.version(contents.version()));
    }
    if (announcement != null) {
      line.append(", group ").append(announcement.group());
      line.append(", address ").append(announcement.address());
      if (contents.state() != null) {
        line.append(", ").append(contents.state().label());
      }
      line.append(", timestamp ").append(time(announcement.timestampMicros()));
      line.append(", clock ").append(RejectionText.signed(difference(announcement)));
    }
    line.append(": ").append(verdict.label);
    if (rejection != null) {
      line.append(": ").append(rejection.label());
    }
    return explanation.isEmpty()
        ? line.toString()
        : line.append(rejection == null ? " (" : ": ")
            .append(explanation)
            .append(rejection == null ? ")" : "")
            .toString();
  }

  /**
   * The JSON object. Its names, which stay as they are:
   *
   * <ul>
   *   <li>{@code time}: when it arrived, ISO 8601 in UTC with microseconds
   *   <li>{@code sender}, {@code endpoint}: from and to which address and port
   *   <li>{@code size}: number, in bytes
   *   <li>{@code version}: number; absent if the size is wrong
   *   <li>{@code group}: decimal, a string since JSON's numbers are too short for some; this and
   *       the next ones are absent if the version is unknown
   *   <li>{@code address}: the announced address
   *   <li>{@code state}: of version 2: {@code up}, {@code draining} or {@code leaving}
   *   <li>{@code timestamp}: as {@code time}; {@code timestamp_micros}: number, since 1970
   *   <li>{@code clock_difference_seconds}: number, positive if the sender's clock is ahead
   *   <li>{@code verdict}: {@code accepted}, {@code rejected} or {@code unverified}
   *   <li>{@code reason}: if rejected: {@code size}, {@code version}, {@code group}, {@code stale},
   *       {@code signature}, {@code unsupported}, {@code address}, {@code replay}, {@code pending}
   *       or {@code full}
   *   <li>{@code explanation}: for people; absent if accepted
   * </ul>
   */
  String toJson() {
    StringWriter text = new StringWriter(400);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("time", time(nowMicros));
      json.writeStringField("sender", sender);
      json.writeStringField("endpoint", endpoint);
      json.writeNumberField("size", size);
      Announcement announcement = contents.announcement();
      if (contents.version() != null) {
        json.writeNumberField("version", contents.version().intValue());
      }
      if (announcement != null) {
        json.writeStringField("group", announcement.group().toString());
        json.writeStringField("address", announcement.address().toString());
        if (contents.state() != null) {
          json.writeStringField("state", contents.state().label());
        }
        json.writeStringField("timestamp", time(announcement.timestampMicros()));
        json.writeNumberField("timestamp_micros", announcement.timestampMicros());
        json.writeFieldName("clock_difference_seconds");
        json.writeNumber(seconds(difference(announcement)).toPlainString());
      }
      json.writeStringField("verdict", verdict.label);
      if (rejection != null) {
        json.writeStringField("reason", rejection.label());
      }
      if (!explanation.isEmpty()) {
        json.writeStringField("explanation", explanation);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private Duration difference(Announcement announced) {
    return RejectionText.clockDifference(announced.timestampMicros(), nowMicros);
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
  }

  private static String time(long epochMicros) {
    return TIME.format(Instant.EPOCH.plus(epochMicros, ChronoUnit.MICROS));
  }
}
