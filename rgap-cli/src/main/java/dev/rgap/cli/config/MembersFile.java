package dev.rgap.cli.config;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.process.Environment;
import dev.rgap.cli.yaml.YamlReader;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A membership that somebody has written down, in YAML or JSON: the addresses of each group.
 *
 * <pre>
 *   1000: [192.0.2.1, 192.0.2.2]
 *   2000: []
 * </pre>
 */
public final class MembersFile {

  private MembersFile() {}

  /**
   * Reads it.
   *
   * @param defined the groups of the configuration; others can't have members
   * @throws Failure if it can't be read or has errors, which were printed
   */
  public static Map<GroupId, Collection<IpAddress>> read(
      String name, Set<GroupId> defined, Environment environment) throws Failure {
    Path file = FileAccess.path(name);
    byte[] content = FileAccess.read(file, "");
    Problems problems = new Problems();
    Map<GroupId, Collection<IpAddress>> members = new HashMap<>();
    YamlReader.read(content, problems)
        .ifPresent(root -> {
          for (ConfigValue.Named group : ConfigValue.root(root, problems).named()) {
            read(group, defined, members);
          }
        });
    List<String> lines = ConfigReader.describe(problems.all(), file.toString());
    lines.forEach(environment.err()::println);
    if (problems.hasErrors()) {
      throw new Failure(file + " has errors; nothing was rendered");
    }
    return members;
  }

  private static void read(
      ConfigValue.Named named, Set<GroupId> defined, Map<GroupId, Collection<IpAddress>> members) {
    Set<IpAddress> addresses = new LinkedHashSet<>();
    for (ConfigValue item : named.value().list()) {
      item.as(IpAddress::parse).ifPresent(addresses::add);
    }
    try {
      GroupId id = GroupId.parse(named.name());
      if (!defined.contains(id)) {
        error(named, "the configuration has no group " + id, "define it there or correct the id");
      } else if (members.put(id, addresses) != null) {
        error(named, "group " + id + " is given twice", "list all its members in one place");
      }
    } catch (IllegalArgumentException e) {
      error(named, String.valueOf(e.getMessage()), "write for example '1000: [192.0.2.1]'");
    }
  }

  private static void error(ConfigValue.Named named, String what, String hint) {
    ConfigValue value = named.value();
    value.problems().error(named.namePosition(), value.path(), what, hint);
  }
}
