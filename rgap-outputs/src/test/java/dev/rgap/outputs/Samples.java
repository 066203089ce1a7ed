package dev.rgap.outputs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * For each kind of output that comes with rgap a spec with all settings, and another value of each.
 */
final class Samples {

  /** Stands for a setting that is not there. */
  private static final Object ABSENT = new Object();

  /**
   * A kind's sample.
   *
   * @param spec all settings, but not both of two that exclude each other; what may have any name
   *     is called "any"
   * @param others by each setting's documented name, what to change for it to have another value:
   *     values by paths, such as {@code mappings.any.group}; of a list, the first item's
   */
  record Sample(String kind, Map<String, Object> spec, Map<String, Map<String, Object>> others) {

    private Sample other(String name, Object... pathsAndValues) {
      others.put(name, map(pathsAndValues));
      return this;
    }

    /** The spec, with changes. */
    Map<String, Object> with(Map<String, Object> changes) {
      Map<String, Object> changed = new LinkedHashMap<>(spec);
      changes.forEach((path, value) -> changed.putAll(changed(changed, path, value)));
      changed.values().removeIf(value -> value == ABSENT);
      return changed;
    }

    private static Map<String, Object> changed(Map<?, ?> map, String path, Object value) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((name, old) -> copy.put(String.valueOf(name), old));
      int dot = path.indexOf('.');
      String name = dot < 0 ? path : path.substring(0, dot);
      Object old = copy.get(name);
      if (dot < 0) {
        copy.put(name, value);
      } else if (old instanceof Map<?, ?> inner) {
        copy.put(name, changed(inner, path.substring(dot + 1), value));
      } else if (old instanceof List<?> list && list.getFirst() instanceof Map<?, ?> first) {
        List<Object> items = new ArrayList<>(list);
        items.set(0, changed(first, path.substring(dot + 1), value));
        copy.put(name, items);
      }
      return copy;
    }

    @Override
    public String toString() {
      return kind;
    }
  }

  /** A file that is there and can be a template. */
  private static final String SOURCE = "src/test/resources/sample.hbs";

  private Samples() {}

  static List<Sample> all() {
    return List.of(
        command(),
        dns(),
        eventlog(),
        hostsfile(),
        sample("log", "interval", "1m").other("interval", "interval", "2m"),
        sample("noop"),
        template());
  }

  private static Sample command() {
    return sample(
            "command",
            "group",
            1,
            "command",
            List.of("/bin/x", "-y"),
            "timeout",
            "10s",
            "retries",
            3,
            "wait_delay",
            "1s",
            "format",
            "json",
            "debounce",
            map("min", "1s", "max", "2s"))
        .other("group", "group", 2)
        .other("command", "command", List.of("/bin/x", "-z"))
        .other("timeout", "timeout", "0")
        .other("retries", "retries", 4)
        .other("wait_delay", "wait_delay", "2s")
        .other("format", "format", "lines")
        .other("debounce.min", "debounce.min", "2s")
        .other("debounce.max", "debounce.max", "3s");
  }

  private static Sample dns() {
    Map<String, Object> mapping =
        map(
            "group",
            1,
            "fallback_addresses",
            List.of("192.0.2.1"),
            "port",
            80,
            "priority",
            1,
            "weight",
            2,
            "ttl",
            "3s",
            "max_answers",
            4,
            "negative_ttl",
            "2s",
            "reverse",
            true);
    Map<String, Object> reverseZone =
        map("name", "2.0.192.in-addr.arpa", "nameservers", "ns.example.net");
    Map<String, Object> nameserver =
        map("name", "ns.example.com", "addresses", List.of("192.0.2.53"));
    Map<String, Object> zone =
        map(
            "name",
            "example.com",
            "nameservers",
            List.of(nameserver),
            "hostmaster",
            "a@example.com",
            "negative_ttl",
            "3s");
    Map<String, Object> limit =
        map(
            "responses_per_second",
            5,
            "slip",
            3,
            "ipv4_prefix_length",
            16,
            "ipv6_prefix_length",
            48);
    Map<String, Object> tcp =
        map("max_connections", 10, "max_connections_per_client", 5, "idle_timeout", "20s");
    return sample(
            "dns",
            "bind_address",
            List.of("127.0.0.1:5300"),
            "mappings",
            map("any", mapping),
            "zone",
            List.of(zone, reverseZone),
            "compress",
            true,
            "non_authoritative",
            true,
            "udp_max_payload",
            512,
            "max_answers",
            8,
            "max_ttl",
            "9s",
            "fallback_ttl",
            "2s",
            "negative_ttl",
            "4s",
            "allow",
            List.of("192.0.2.0/24"),
            "rate_limit",
            limit,
            "tcp",
            tcp,
            "while_not_ready",
            "refuse",
            "server_id",
            "ns1")
        .other("bind_address", "bind_address", List.of("127.0.0.1:5301"))
        .other("compress", "compress", false)
        .other("non_authoritative", "non_authoritative", false)
        .other("udp_max_payload", "udp_max_payload", 513)
        .other("max_answers", "max_answers", 9)
        .other("max_ttl", "max_ttl", "10s")
        .other("fallback_ttl", "fallback_ttl", "3s")
        .other("negative_ttl", "negative_ttl", "5s")
        .other("allow", "allow", List.of("192.0.2.0/25"))
        .other("mappings.group", "mappings.any.group", 2)
        .other("mappings.fallback_addresses", "mappings.any.fallback_addresses", List.of())
        .other("mappings.port", "mappings.any.port", 81)
        .other("mappings.priority", "mappings.any.priority", 2)
        .other("mappings.weight", "mappings.any.weight", 3)
        .other("while_not_ready", "while_not_ready", "silent")
        .other("server_id", "server_id", "ns2")
        .other("mappings.ttl", "mappings.any.ttl", "4s")
        .other("mappings.max_answers", "mappings.any.max_answers", 5)
        .other("mappings.negative_ttl", "mappings.any.negative_ttl", "3s")
        .other("mappings.reverse", "mappings.any.reverse", false)
        .other("zone.name", "zone.name", "com")
        .other("zone.nameservers.name", "zone.nameservers.name", "ns2.example.com")
        .other("zone.nameservers.addresses", "zone.nameservers.addresses", "192.0.2.54")
        .other("zone.hostmaster", "zone.hostmaster", "b@example.com")
        .other("zone.negative_ttl", "zone.negative_ttl", "1s")
        .other("rate_limit.responses_per_second", "rate_limit.responses_per_second", 6)
        .other("rate_limit.slip", "rate_limit.slip", 4)
        .other("rate_limit.ipv4_prefix_length", "rate_limit.ipv4_prefix_length", 17)
        .other("rate_limit.ipv6_prefix_length", "rate_limit.ipv6_prefix_length", 49)
        .other("tcp.max_connections", "tcp.max_connections", 11)
        .other("tcp.max_connections_per_client", "tcp.max_connections_per_client", 6)
        .other("tcp.idle_timeout", "tcp.idle_timeout", "21s");
  }

  private static Sample eventlog() {
    return sample("eventlog", "only_groups", List.of(1, 2))
        .other("only_groups", "only_groups", ABSENT);
  }

  private static Sample hostsfile() {
    Map<String, Object> mapping =
        map("group", 1, "hostname", "a", "fallback_addresses", List.of("192.0.2.1"));
    return sample(
            "hostsfile",
            "interval",
            "1m",
            "filename",
            "/run/hosts",
            "mappings",
            List.of(mapping),
            "prepend_lines",
            List.of("BEGIN"),
            "append_lines",
            List.of("END"),
            "section",
            true,
            "in_place",
            true,
            "debounce",
            map("min", "1s", "max", "2s"))
        .other("interval", "interval", "2m")
        .other("filename", "filename", "/run/other")
        .other("prepend_lines", "prepend_lines", List.of("OTHER"))
        .other("append_lines", "append_lines", List.of("OTHER"))
        .other("section", "section", false)
        .other("in_place", "in_place", false)
        .other("debounce.min", "debounce.min", "2s")
        .other("debounce.max", "debounce.max", "3s")
        .other("mappings.group", "mappings.group", 2)
        .other("mappings.hostname", "mappings.hostname", "b")
        .other("mappings.fallback_addresses", "mappings.fallback_addresses", List.of());
  }

  private static Sample template() {
    Map<String, Object> group = map("group", 1, "fallback_addresses", List.of("192.0.2.1"));
    return sample(
            "template",
            "groups",
            map("any", group),
            "inline",
            "{{any.count}}",
            "destination",
            "/run/x",
            "check_command",
            List.of("check", "{}"),
            "reload_command",
            List.of("reload"),
            "timeout",
            "10s",
            "debounce",
            map("min", "1s", "max", "2s"),
            "interval",
            "2m",
            "mode",
            "0640",
            "owner",
            "root:adm",
            "in_place",
            true)
        .other("source", "inline", ABSENT, "source", SOURCE)
        .other("inline", "inline", "{{any.name}}")
        .other("destination", "destination", "/run/y")
        .other("check_command", "check_command", List.of("check", "{}", "more"))
        .other("reload_command", "reload_command", List.of("restart"))
        .other("timeout", "timeout", "0")
        .other("debounce.min", "debounce.min", "2s")
        .other("debounce.max", "debounce.max", "3s")
        .other("interval", "interval", "3m")
        .other("mode", "mode", "0600")
        .other("owner", "owner", ":adm")
        .other("in_place", "in_place", false)
        .other("groups.group", "groups.any.group", 2)
        .other("groups.fallback_addresses", "groups.any.fallback_addresses", List.of());
  }

  private static Sample sample(String kind, Object... namesAndValues) {
    return new Sample(kind, map(namesAndValues), new LinkedHashMap<>());
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }
}
