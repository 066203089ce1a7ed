package dev.rgap.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The members of a group as other programs read them. */
final class Feeds {

  private static final int MOST_PORT = 65_535;

  /** A name of HAProxy's servers, of hosts, of Traefik's services. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");

  private final GroupPages groups;

  Feeds(GroupPages groups) {
    this.groups = groups;
  }

  /** For Prometheus' http_sd_configs. */
  Answer prometheus(Call call) throws Refusal {
    call.allow(Set.of("port"));
    int port = port(call);
    GroupSnapshot snapshot = groups.ready(call);
    return json(json -> {
      json.writeStartArray();
      json.writeStartObject();
      json.writeArrayFieldStart("targets");
      for (IpAddress address : snapshot.addresses()) {
        json.writeString(target(address, port));
      }
      json.writeEndArray();
      json.writeObjectFieldStart("labels");
      json.writeStringField("__meta_rgap_group", snapshot.group().toString());
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndArray();
    });
  }

  /** Lines for a backend of HAProxy. */
  Answer haproxy(Call call) throws Refusal {
    call.allow(Set.of("port", "name"));
    int port = required(call);
    String name = name(call, "member");
    return lines(
        groups.ready(call),
        address ->
            "server " + name + "-" + label(address) + " " + target(address, port) + " check");
  }

  /** For Traefik's HTTP provider: a service, to which a router elsewhere refers. */
  Answer traefik(Call call) throws Refusal {
    call.allow(Set.of("port", "name"));
    int port = required(call);
    GroupSnapshot snapshot = groups.ready(call);
    String name = name(call, "group-" + snapshot.group());
    return json(json -> {
      json.writeStartObject();
      json.writeObjectFieldStart("http");
      json.writeObjectFieldStart("services");
      json.writeObjectFieldStart(name);
      json.writeObjectFieldStart("loadBalancer");
      json.writeArrayFieldStart("servers");
      for (IpAddress address : snapshot.addresses()) {
        json.writeStartObject();
        json.writeStringField("url", "http://" + target(address, port));
        json.writeEndObject();
      }
      json.writeEndArray();
      for (int i = 0; i < 5; i++) {
        json.writeEndObject();
      }
    });
  }

  /** As /etc/hosts has it. */
  Answer hosts(Call call) throws Refusal {
    call.allow(Set.of("name"));
    String name = call.parameters().containsKey("name") ? name(call, "") : "";
    return lines(
        groups.ready(call),
        address -> address + " " + (name.isEmpty() ? "member-" + label(address) : name));
  }

  /** An address a line, with a port if one is given. */
  Answer lines(Call call) throws Refusal {
    call.allow(Set.of("port"));
    int port = port(call);
    return lines(groups.ready(call), address -> target(address, port));
  }

  private interface Line {
    String of(IpAddress address);
  }

  private static Answer lines(GroupSnapshot snapshot, Line line) {
    return Answer.text(out -> {
      for (IpAddress address : snapshot.addresses()) {
        write(out, line.of(address));
      }
    });
  }

  private static void write(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static Answer json(Answer.Fields content) {
    return new Answer(
        200,
        "application/json",
        Map.of(),
        out -> {
          try (JsonGenerator json = Answer.generator(out)) {
            content.write(json);
            json.writeRaw('\n');
          }
        });
  }

  private static int port(Call call) throws Refusal {
    return (int) call.number("port", 1, MOST_PORT, 0);
  }

  private static int required(Call call) throws Refusal {
    int port = port(call);
    if (port == 0) {
      throw Refusal.badRequest("port is required, such as ?port=8080");
    }
    return port;
  }

  private static String name(Call call, String byDefault) throws Refusal {
    return call.parsed(
        "name",
        byDefault,
        text -> {
          if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException();
          }
          return text;
        },
        "up to 63 letters, digits, dots and hyphens");
  }

  private static String target(IpAddress address, int port) {
    String text = address.toString();
    return port == 0 ? text : (address.isIpv4() ? text : "[" + text + "]") + ":" + port;
  }

  private static String label(IpAddress address) {
    return address.toString().replace('.', '-').replace(':', '-');
  }
}
