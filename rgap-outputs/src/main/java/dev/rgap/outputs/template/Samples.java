package dev.rgap.outputs.template;

import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.Template.TemplateException;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

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

  /** So that what is written for one that drains is tried, too. */
  private static final IpAddress DRAINING = IpAddress.parse("192.0.2.2");

  /** With as many digits as addresses can have. */
  private static final List<IpAddress> LONG =
      IntStream.range(0, 8).mapToObj(i -> new IpAddress(-1L, ~i)).toList();

  /** Each of some hundred groups is tried; of more, as many as take no longer. */
  private static final int MAX_SCOPES = 200_000;

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
      int tried = Math.max(1, MAX_SCOPES / groups.size());
      for (String one : groups.keySet().stream().limit(tried).toList()) {
        render(template, groups, one::equals);
        render(template, groups, name -> !name.equals(one));
      }
    }
  }

  /** By how many characters the text grows with each member of a group whose address is long. */
  static int lengthOfMember(Template template, Map<String, GroupId> groups, GroupId group) {
    if ((long) groups.size() * groups.size() > MAX_SCOPES) {
      return MappedGroup.ADDRESS_LENGTH; // so many groups hardly have more of each member
    }
    List<IpAddress> some = LONG.subList(0, LONG.size() / 2);
    try {
      int before =
          length(template, groups, name -> group.equals(groups.get(name)) ? some : List.of());
      int after =
          length(template, groups, name -> group.equals(groups.get(name)) ? LONG : List.of());
      return Math.max(0, after - before) / (LONG.size() - some.size());
    } catch (TemplateException e) {
      // It may do without some of the members only, and has been tried with others.
      return 0;
    }
  }

  private static void render(
      Template template, Map<String, GroupId> groups, Predicate<String> populated)
      throws TemplateException {
    int _ = length(template, groups, name -> populated.test(name) ? MEMBERS : List.of());
  }

  /** How long the text is. */
  private static int length(
      Template template, Map<String, GroupId> groups, Function<String, List<IpAddress>> members)
      throws TemplateException {
    Map<String, Scope.OfGroup> scopes = new LinkedHashMap<>();
    groups.forEach((name, id) ->
        scopes.put(
            name,
            new Scope.OfGroup(
                name,
                id,
                new MappedGroup.Addresses(members.apply(name), false),
                DRAINING::equals)));
    return template.render(new Scope.Root(scopes)).length();
  }
}
