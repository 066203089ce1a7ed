package dev.rgap.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The datagrams in {@code conformance/}, which other programs made. */
public final class Vectors {

  private static final Path FILES = Path.of("../conformance");
  private static final Pattern OBJECT = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern FIELD =
      Pattern.compile("\"(\\w+)\":\\s*(?:\"([^\"]*)\"|(-?\\d+|true|false))");

  private Vectors() {}

  /** A datagram and what it was made from. */
  public record Vector(Announcement announcement, PreSharedKey key, String hex) {
    /** The datagram's bytes, which are the caller's own. */
    public byte[] datagram() {
      return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
      return announcement + " " + key;
    }
  }

  /**
   * A datagram of version 2.
   *
   * @param state its name, or {@code unknown}
   * @param supported whether all of it can be understood
   */
  public record StateVector(Vector vector, String state, boolean supported, String comment) {
    @Override
    public String toString() {
      return comment;
    }
  }

  /** Those of version 1. */
  public static List<Vector> all() throws IOException {
    return read("agent-datagrams.json").stream().map(Vectors::vector).toList();
  }

  /** Those of version 2. */
  public static List<StateVector> withStates() throws IOException {
    return read("state-datagrams.json").stream()
        .map(fields ->
            new StateVector(
                vector(fields),
                fields.getOrDefault("state", ""),
                fields.getOrDefault("supported", "").equals("true"),
                fields.getOrDefault("comment", "")))
        .toList();
  }

  private static List<Map<String, String>> read(String file) throws IOException {
    List<Map<String, String>> all = new ArrayList<>();
    Matcher objects = OBJECT.matcher(Files.readString(FILES.resolve(file)));
    while (objects.find()) {
      Map<String, String> fields = new HashMap<>();
      Matcher field = FIELD.matcher(objects.group(1));
      while (field.find()) {
        fields.put(field.group(1), field.group(2) == null ? field.group(3) : field.group(2));
      }
      all.add(fields);
    }
    return all;
  }

  private static Vector vector(Map<String, String> fields) {
    return new Vector(
        new Announcement(
            GroupId.parse(fields.getOrDefault("group", "")),
            Long.parseLong(fields.getOrDefault("timestamp_us", "")),
            IpAddress.parse(fields.getOrDefault("address", ""))),
        PreSharedKey.parseHex(fields.getOrDefault("psk", "")),
        fields.getOrDefault("datagram", ""));
  }
}
