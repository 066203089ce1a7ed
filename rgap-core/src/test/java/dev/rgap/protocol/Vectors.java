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

/** The datagrams of {@code conformance/agent-datagrams.json}, which another implementation made. */
public final class Vectors {

  private static final Path FILE = Path.of("../conformance/agent-datagrams.json");
  private static final Pattern OBJECT = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\\s*(?:\"([^\"]*)\"|(-?\\d+))");

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

  /** All of them. */
  public static List<Vector> all() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    Matcher objects = OBJECT.matcher(Files.readString(FILE));
    while (objects.find()) {
      Map<String, String> fields = new HashMap<>();
      Matcher field = FIELD.matcher(objects.group(1));
      while (field.find()) {
        fields.put(field.group(1), field.group(2) == null ? field.group(3) : field.group(2));
      }
      vectors.add(
          new Vector(
              new Announcement(
                  GroupId.parse(fields.getOrDefault("group", "")),
                  Long.parseLong(fields.getOrDefault("timestamp_us", "")),
                  IpAddress.parse(fields.getOrDefault("address", ""))),
              PreSharedKey.parseHex(fields.getOrDefault("psk", "")),
              fields.getOrDefault("datagram", "")));
    }
    return vectors;
  }
}
