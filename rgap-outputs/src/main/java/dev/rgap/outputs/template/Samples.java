package dev.rgap.outputs.template;

import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.Template.TemplateException;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Fills in a template with groups that are made up, so that a fault shows when the configuration is
 * read and not when the first member comes: with all groups empty, with all of them having members
 * of both families, and with each of them alone being one or the other.
 */
final class Samples {

  private static final List<IpAddress> MEMBERS =
      List.of(
          IpAddress.parse("192.0.2.1"),
          IpAddress.parse("192.0.2.2"),
          IpAddress.parse("2001:db8::1"));

  private Samples() {}

  /**
   * Tries the template.
   *
   * @throws TemplateException the first fault
   */
  static void check(Template template, Map<String, GroupId> groups) throws TemplateException {
    render(template, groups, name -> true);
    render(template, groups, name -> false);
    if (groups.size() > 1) {
      for (String one : groups.keySet()) {
        render(template, groups, one::equals);
        render(template, groups, name -> !name.equals(one));
      }
    }
  }

  private static void render(
      Template template, Map<String, GroupId> groups, Predicate<String> populated)
      throws TemplateException {
    Map<String, Scope.OfGroup> scopes = new LinkedHashMap<>();
    groups.forEach((name, id) -> {
      List<IpAddress> addresses = populated.test(name) ? MEMBERS : List.of();
      scopes.put(name, new Scope.OfGroup(name, id, new MappedGroup.Addresses(addresses, false)));
    });
    String _ = template.render(new Scope.Root(scopes));
  }
}
