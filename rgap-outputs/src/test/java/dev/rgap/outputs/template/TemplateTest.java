package dev.rgap.outputs.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.Template.TemplateException;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

  private static final Map<String, GroupId> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("web", new GroupId(1));
    GROUPS.put("db", new GroupId(-1));
  }

  private static Scope.OfGroup group(String name, boolean fallback, String... addresses) {
    List<IpAddress> all = Arrays.stream(addresses).map(IpAddress::parse).toList();
    return new Scope.OfGroup(
        name,
        GROUPS.getOrDefault(name, new GroupId(0)),
        new MappedGroup.Addresses(all, fallback),
        address -> false);
  }

  private static String render(String text) throws TemplateException {
    Map<String, Scope.OfGroup> groups = new LinkedHashMap<>();
    groups.put("web", group("web", false, "192.0.2.1", "192.0.2.20", "2001:db8::1"));
    groups.put("db", group("db", true, "198.51.100.1"));
    return Template.compile("t", text).render(new Scope.Root(groups));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "plain {text} <&> ~ plain {text} <&>",
        "{{#each web.members}}{{address}};{{/each}} ~ 192.0.2.1;192.0.2.20;2001:db8::1;",
        "{{#each web.members}}{{this}};{{/each}} ~ 192.0.2.1;192.0.2.20;2001:db8::1;",
        "{{#each web.members}}{{host}}:80 {{/each}}. ~"
            + " 192.0.2.1:80 192.0.2.20:80 [2001:db8::1]:80 .",
        "{{#each web.ipv6}}{{label}} {{family}}{{/each}} ~"
            + " ip6-2001-0db8-0000-0000-0000-0000-0000-0001 ipv6",
        "{{#each web.ipv4}}{{label}} {{/each}}. ~ ip-192-0-2-1 ip-192-0-2-20 .",
        "{{#each web.members}}{{#if ipv4}}4{{else}}6{{/if}}{{/each}} ~ 446",
        "{{#each web.members}}{{#if (eq family 'ipv6')}}6{{else}}4{{/if}}{{/each}} ~ 446",
        "{{#each web.members}}{{@index}}{{@index_1}}{{#if @first}}F{{/if}}{{#unless @last}},"
            + "{{/unless}}{{/each}} ~ 01F,12,23",
        "{{#each web.members as |m i|}}{{i}}={{m.address}} {{/each}}. ~"
            + " 0=192.0.2.1 1=192.0.2.20 2=2001:db8::1 .",
        "{{join web.members ', '}} ~ 192.0.2.1, 192.0.2.20, 2001:db8::1",
        "{{json web.members}} ~ [\"192.0.2.1\",\"192.0.2.20\",\"2001:db8::1\"]",
        "{{json web.name}} {{json web.count}} {{json db.fallback}} ~ \"web\" 3 true",
        "{{#each db.members}}{{address}}{{#if fallback}} # fallback{{/if}}{{/each}} ~"
            + " 198.51.100.1 # fallback",
        "{{web.id}} {{db.id}} {{web.count}} {{db.name}} ~ 1 18446744073709551615 3 db",
        "{{#each groups}}{{name}}:{{#each members}} {{address}}{{/each}};{{/each}} ~"
            + " web: 192.0.2.1 192.0.2.20 2001:db8::1;db: 198.51.100.1;",
        "{{#with web}}{{count}}{{#each members}} {{../name}}{{/each}}{{/with}} ~ 3 web web web",
        "{{#each web.ipv6}}{{../db.count}}{{/each}} ~ 1",
        "{{#if (gt web.count 2)}}many{{/if}}{{#if (and db.fallback web.count)}} both{{/if}} ~"
            + " many both",
        "{{replace (upper web.name) 'W' 'V'}} ~ VEB",
        "{{! a comment }}{{!-- }} --}}x ~ x",
        "\\{{literally}} ~ {{literally}}",
        "{{web}} ~ web",
      })
  void rendersWhatIsThere(String template, String expected) throws TemplateException {
    assertThat(render(template)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{{wbe.count}} ~ t:1:3: 'wbe' is not known here; did you mean 'web'? known: db, groups, web",
        "{{web.cuont}} ~ t:1:3: 'cuont' is not known here; did you mean 'count'? known: count,"
            + " fallback, id, ipv4, ipv6, members, name",
        "{{#each web.members}}{{adress}}{{/each}} ~ t:1:24: 'adress' is not known here; did you"
            + " mean 'address'? known: address, draining, fallback, family, host, ipv4, ipv6, label",
        "{{#each web.membrs}}{{/each}} ~ t:1:4: 'membrs' is not known here; did you mean"
            + " 'members'? known: count, fallback, id, ipv4, ipv6, members, name",
        "{{#each web.members}}{{@bogus}}{{/each}} ~ t:1:24: 'bogus' is not known here; known: address,"
            + " draining, fallback, family, host, ipv4, ipv6, label",
        "{{#if bogus}}{{/if}} ~ t:1:4: 'bogus' is not known here; known: db, groups, web",
        "{{#bogus}}{{/bogus}} ~ t:1:4: 'bogus' is not known here; known: db, groups, web",
        "{{^bogus}}{{/bogus}} ~ t:1:4: 'bogus' is not known here; known: db, groups, web",
        "{{json bogus}} ~ t:1:3: 'bogus' is not known here; known: db, groups, web",
        "{{jsn web}} ~ t:1:3: 'jsn' is not known here",
        "{{#each web}}{{/each}} ~ t:1:4: can't be gone through: it is not a list; a group has the"
            + " lists members, ipv4 and ipv6",
        "{{#each web.members}}{{count}}{{/each}} ~ t:1:24: 'count' is not known here; known:"
            + " address, draining, fallback, family, host, ipv4, ipv6, label",
        "{{log 'x'}} ~ t:1:3: 'log' is not known here",
        "{{#each web.members}}{{index}}{{/each}} ~ t:1:24: 'index' is not known here",
        "{{now}} ~ t:1:3: 'now' is not known here; known: db, groups, web",
        "{{i18n 'x'}} ~ t:1:3: 'i18n' is not known here",
        "{{> other}} ~ t:1:5: other templates can't be included",
        "{{#if web.count}} ~ t:1:18: found: 'EOF', expected: '{{/'",
        "{{/if}} ~ t:1:1: found: '{{/', expected: 'EOF'",
      })
  void saysWhatIsWrongAndWhere(String template, String expected) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(TemplateException.class)
        .hasMessage(expected);
  }

  @Test
  void countsLinesAndColumnsFromOne() {
    assertThatThrownBy(() -> render("upstream x {\n{{#each web.members}}\n  server {{adr}};\n"))
        .hasMessage("t:4:1: found: 'EOF', expected: '{{/'");
    assertThatThrownBy(
            () -> render("upstream x {\n{{#each web.members}}\n  server {{adr}};\n{{/each}}"))
        .hasMessageStartingWith("t:3:12: 'adr' is not known here");
  }

  @Test
  void leavesNoEmptyLinesWhereOnlyTagsStand() throws TemplateException {
    String text =
        """
        upstream web {
          {{#each web.members}}
          server {{host}};
          {{else}}
          server 127.0.0.1:9;
          {{/each}}

        }
        """;

    assertThat(render(text))
        .isEqualTo(
            """
            upstream web {
              server 192.0.2.1;
              server 192.0.2.20;
              server [2001:db8::1];

            }
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "{{#each web.members}}{{bogus}}{{/each}}",
    "{{#each web.members}}{{else}}{{bogus}}{{/each}}",
    "{{#each web.members}}{{#if ipv6}}{{bogus}}{{/if}}{{/each}}",
    "{{#if web.count}}{{#unless db.count}}{{bogus}}{{/unless}}{{/if}}",
    "{{#unless web.count}}{{#if db.count}}{{bogus}}{{/if}}{{/unless}}",
    "{{#each web.members}}{{#unless @first}}{{bogus}}{{/unless}}{{/each}}",
  })
  void samplesReachTheBranchesThatMembersWill(String text) throws TemplateException {
    Template template = Template.compile("t", text);

    assertThatThrownBy(() -> Samples.check(template, GROUPS))
        .hasMessageContaining("'bogus' is not known here");
  }

  @Test
  void rendersTheSameTemplateAgainAndAgain() throws TemplateException {
    Template template = Template.compile("t", "{{#each web.members}}{{address}} {{/each}}");
    for (int i = 0; i < 3; i++) {
      String address = "192.0.2." + i;
      Map<String, Scope.OfGroup> groups = Map.of("web", group("web", false, address));
      assertThat(template.render(new Scope.Root(groups))).isEqualTo(address + " ");
    }
  }
}
