package dev.rgap.outputs.template;

import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.text.Suggestion;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the names in a template stand for:
 *
 * <pre>
 *   Root            each group by its name; groups: all of them
 *    └ OfGroup      name, id, count, fallback; members, ipv4, ipv6: lists of
 *       └ OfMember  address, host, label, family, ipv4, ipv6, fallback, draining
 * </pre>
 *
 * <p>Nothing in it depends on the time, so that an equal membership gives an equal file.
 */
sealed interface Scope {

  /** The names that stand for something here. */
  Collection<String> names();

  /**
   * What one of the names stands for.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  Object get(String name);

  private static IllegalArgumentException unknown(String name, Scope scope) {
    return new IllegalArgumentException(
        "'"
            + name
            + "' is not known here; "
            + Suggestion.then(
                Suggestion.question(name, scope.names()),
                "known: " + String.join(", ", new TreeSet<>(scope.names()))));
  }

  /**
   * The whole template's scope.
   *
   * @param groups by the names that the configuration gives them, in its order
   */
  record Root(Map<String, OfGroup> groups) implements Scope {

    /** A name that no group may have. */
    static final String ALL = "groups";

    @Override
    public Collection<String> names() {
      TreeSet<String> names = new TreeSet<>(groups.keySet());
      names.add(ALL);
      return names;
    }

    @Override
    public Object get(String name) {
      if (name.equals(ALL)) {
        return List.copyOf(groups.values());
      }
      OfGroup group = groups.get(name);
      if (group == null) {
        throw unknown(name, this);
      }
      return group;
    }
  }

  /**
   * A group's scope.
   *
   * @param draining tells of an address whether it drains; asked when a template wants to know
   */
  record OfGroup(
      String name, GroupId id, MappedGroup.Addresses found, Predicate<IpAddress> draining)
      implements Scope {

    private static final List<String> NAMES =
        List.of("name", "id", "count", "fallback", "members", "ipv4", "ipv6");

    @Override
    public Collection<String> names() {
      return NAMES;
    }

    @Override
    public Object get(String key) {
      return switch (key) {
        case "name" -> name;
        case "id" -> id.toString();
        case "count" -> found.addresses().size();
        case "fallback" -> found.fallback();
        case "members" -> members(found.addresses());
        case "ipv4" -> members(found.addresses().stream().filter(IpAddress::isIpv4).toList());
        case "ipv6" ->
            members(found.addresses().stream().filter(address -> !address.isIpv4()).toList());
        default -> throw unknown(key, this);
      };
    }

    private List<OfMember> members(List<IpAddress> addresses) {
      return new Members(addresses, found.fallback(), draining);
    }

    /** The name, for {@code {{this}}}. */
    @Override
    public String toString() {
      return name;
    }
  }

  /** Members that are made when they are asked for. */
  final class Members extends AbstractList<OfMember> implements RandomAccess {
    private final List<IpAddress> addresses;
    private final boolean fallback;
    private final Predicate<IpAddress> draining;

    Members(List<IpAddress> addresses, boolean fallback, Predicate<IpAddress> draining) {
      this.addresses = addresses;
      this.fallback = fallback;
      this.draining = draining;
    }

    @Override
    public OfMember get(int index) {
      return new OfMember(addresses.get(index), fallback, draining);
    }

    @Override
    public int size() {
      return addresses.size();
    }
  }

  /** A member's scope. */
  record OfMember(IpAddress ip, boolean fallback, Predicate<IpAddress> draining) implements Scope {

    private static final List<String> NAMES =
        List.of("address", "host", "label", "family", "ipv4", "ipv6", "fallback", "draining");

    @Override
    public Collection<String> names() {
      return NAMES;
    }

    @Override
    public Object get(String name) {
      return switch (name) {
        case "address" -> ip.toString();
        case "host" -> ip.isIpv4() ? ip.toString() : "[" + ip + "]";
        case "label" -> AddressLabel.of(ip);
        case "family" -> ip.isIpv4() ? "ipv4" : "ipv6";
        case "ipv4" -> ip.isIpv4();
        case "ipv6" -> !ip.isIpv4();
        case "fallback" -> fallback;
        case "draining" -> draining.test(ip);
        default -> throw unknown(name, this);
      };
    }

    /** The address, for {@code {{this}}} and for joining. */
    @Override
    public String toString() {
      return ip.toString();
    }
  }
}
