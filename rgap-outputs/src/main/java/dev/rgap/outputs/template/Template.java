package dev.rgap.outputs.template;

import com.github.jknack.handlebars.Context;
import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.HandlebarsError;
import com.github.jknack.handlebars.HandlebarsException;
import com.github.jknack.handlebars.Helper;
import com.github.jknack.handlebars.ValueResolver;
import com.github.jknack.handlebars.helper.ConditionalHelpers;
import com.github.jknack.handlebars.helper.StringHelpers;
import com.github.jknack.handlebars.io.StringTemplateSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A template in the language of Handlebars, ready to be filled in. The only class that knows the
 * library.
 *
 * <p>It sees a {@link Scope} and nothing else: no reflection, no files, no time, no network. Each
 * name has to be known where it stands; one that isn't is an error, rather than nothing or the same
 * name further out. Text is not escaped. Two are equal if they have the same name and text.
 */
final class Template {

  /**
   * A template can't be used.
   *
   * <p>The message says where in the template, what, and what would be right.
   */
  static final class TemplateException extends IOException {
    private static final long serialVersionUID = 1L;

    private TemplateException(String message) {
      super(message);
    }
  }

  /** What the library brings that would make a file differ by more than the membership. */
  private static final Set<String> NOT_OFFERED =
      Set.of("block", "embedded", "i18n", "i18nJs", "include", "log", "partial", "precompile");

  private static final List<StringHelpers> TEXT_HELPERS =
      List.of(
          StringHelpers.join,
          StringHelpers.lower,
          StringHelpers.upper,
          StringHelpers.replace,
          StringHelpers.substring);

  private static final String TOO_DEEP =
      "is nested too deeply: blocks in blocks, or parentheses in parentheses";

  private final String name;
  private final String text;
  private final com.github.jknack.handlebars.Template compiled;

  private Template(String name, String text, com.github.jknack.handlebars.Template compiled) {
    this.name = name;
    this.text = text;
    this.compiled = compiled;
  }

  /**
   * Reads a template.
   *
   * @param name stands for it in messages
   * @throws TemplateException if it is not well-formed
   */
  static Template compile(String name, String text) throws TemplateException {
    requireShallow(name, text);
    try {
      return new Template(name, text, handlebars().compile(new StringTemplateSource(name, text)));
    } catch (HandlebarsException e) {
      throw explained(name, e);
    } catch (IOException e) {
      throw new TemplateException(name + ": " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new TemplateException(name + ": " + TOO_DEEP);
    }
  }

  private static void requireShallow(String name, String text) throws TemplateException {
    int at = Nesting.tooDeepAt(text);
    if (at >= 0) {
      long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
      int column = at - text.lastIndexOf('\n', at);
      throw new TemplateException(
          name
              + ":"
              + line
              + ":"
              + column
              + ": this block is in more than "
              + Nesting.MAX_DEPTH
              + " others");
    }
  }

  private static Handlebars handlebars() {
    Handlebars handlebars =
        new Handlebars(new NoPartials()).with(EscapingStrategy.NOOP).prettyPrint(true);
    for (ConditionalHelpers helper : ConditionalHelpers.values()) {
      handlebars.registerHelper(helper.name(), helper);
    }
    TEXT_HELPERS.forEach(helper -> handlebars.registerHelper(helper.name(), helper));
    handlebars.registerHelper("json", (Helper<Object>) (value, options) -> Json.of(value));
    Helper<Object> unknown =
        (value, options) -> {
          throw new IllegalArgumentException("'" + options.helperName + "' is not known here");
        };
    NOT_OFFERED.forEach(helper -> handlebars.registerHelper(helper, unknown));
    return handlebars.registerHelperMissing(unknown);
  }

  /**
   * Fills it in.
   *
   * @throws TemplateException if it names what is not there
   */
  String render(Scope.Root root) throws TemplateException {
    Context context = Context.newBuilder(root).resolver(Names.RESOLVER).build();
    try {
      return compiled.apply(context);
    } catch (HandlebarsException e) {
      throw explained(name, e);
    } catch (IOException e) {
      throw new TemplateException(name + ": " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new TemplateException(name + ": " + TOO_DEEP);
    } finally {
      context.destroy();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Template that && name.equals(that.name) && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + text.hashCode();
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }

  private static TemplateException explained(String name, HandlebarsException e) {
    HandlebarsError error = e.getError();
    Throwable cause = e.getCause();
    String what =
        cause != null && cause.getMessage() != null
            ? cause.getMessage()
            : error != null ? error.reason : String.valueOf(e.getMessage());
    if (error == null) {
      return new TemplateException(name + ": " + what);
    }
    // The library counts columns from 0, but says 1 of a fault in syntax at the start of a line.
    int column = cause == null && error.column == 1 ? 1 : error.column + 1;
    return new TemplateException(name + ":" + error.line + ":" + column + ": " + what);
  }

  /** Looks names up in scopes, and in nothing else. */
  private enum Names implements ValueResolver {
    RESOLVER;

    /** What the library asks for, with and without the @, before it looks where it keeps it. */
    private static final Set<String> DATA =
        Set.of("index", "index_1", "first", "last", "odd", "even", "key");

    @Override
    public Object resolve(Object context, String name) {
      if (context instanceof Scope scope) {
        return name.startsWith("@") || DATA.contains(name) ? UNRESOLVED : scope.get(name);
      }
      // What the library itself keeps: @index, block parameters.
      Object value = context instanceof Map<?, ?> map ? map.get(name) : null;
      return value == null ? UNRESOLVED : value;
    }

    @Override
    public Object resolve(Object context) {
      return UNRESOLVED;
    }

    @Override
    public Set<Map.Entry<String, Object>> propertySet(Object context) {
      throw new IllegalArgumentException(
          "can't be gone through: it is not a list; a group has the lists members, ipv4 and ipv6");
    }
  }
}
