package dev.rgap.cli.yaml;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Position;
import dev.rgap.config.Problems;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML as far as configuration files need it: values stay as they were written (so that a key
 * which looks like a number is none), everything knows its line and column, and whatever is wrong
 * becomes a problem, never an exception.
 *
 * <p>Aliases are references and merges ({@code <<}) are made when somebody asks: a file that
 * multiplies or contains itself costs nothing.
 */
public final class YamlReader {

  /**
   * How much the parser reads at a time. With each, it copies what it has of a value that has not
   * ended: with a small part of a very long one, for minutes.
   */
  private static final int WINDOWS = 64;

  private static final int LEAST_WINDOW = 1_024;
  private static final int MOST_WINDOW = 256 << 10;

  private YamlReader() {}

  /**
   * Reads a file.
   *
   * @param file its bytes: UTF-8, with or without a byte order mark
   * @return its first document, or nothing if there is none, which is a problem; so is another one
   *     after it, unless there is nothing in it
   */
  public static Optional<ConfigNode> read(byte[] file, Problems problems) {
    return YamlText.decode(file, problems).flatMap(text -> parse(text, problems));
  }

  private static Optional<ConfigNode> parse(String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setBufferSize(Math.clamp(text.length() / WINDOWS, LEAST_WINDOW, MOST_WINDOW))
            .setCodePointLimit(Integer.MAX_VALUE) // the caller limits the file's size
            .setVersionFunction(version -> version) // whatever a %YAML line says
            .build();
    Position start = new Position(1, 1);
    try {
      Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
      parser.next(); // the start of the stream
      if (parser.checkEvent(Event.ID.StreamEnd)) {
        problems.error(start, "", "the file is empty", "write 'listen', 'groups' and 'outputs'");
        return Optional.empty();
      }
      ConfigNode root = new YamlTree(parser).document();
      while (!parser.checkEvent(Event.ID.StreamEnd)) {
        Position next = position(parser.peekEvent().getStartMark());
        if (!(new YamlTree(parser).document() instanceof ConfigNode.Empty)) {
          problems.error(
              next,
              "",
              "a second document begins here",
              "a configuration is one document; remove the line '---'");
          break;
        }
      }
      return Optional.of(root);
    } catch (YamlTree.TooLargeException e) {
      problems.error(position(e.mark), "", String.valueOf(e.getMessage()), "");
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      String what = describe(e.getProblem());
      problems.error(position(mark), "", "not valid YAML: " + what, hint(e));
    } catch (YamlEngineException | IndexOutOfBoundsException | NumberFormatException e) {
      // The parser has no better words for some rare faults, such as an absurd %YAML version.
      problems.error(start, "", "not valid YAML", "look for a fault that other YAML tools show");
    }
    return Optional.empty();
  }

  /** The parser's words without what they quote from the file, which may be a secret. */
  private static String describe(String problem) {
    String first = problem.lines().findFirst().orElse("").strip();
    for (String quoting : new String[] {"found undefined alias", "found undefined tag handle"}) {
      if (first.startsWith(quoting)) {
        return quoting;
      }
    }
    if (first.contains("<block end>")) {
      return "the indentation does not fit what stands above";
    }
    if (first.contains("'<document start>'")) {
      return "the document has ended before this";
    }
    int remark = first.indexOf(". (");
    return remark < 0 ? first : first.substring(0, remark);
  }

  private static String hint(MarkedYamlEngineException e) {
    String problem = e.getProblem().toLowerCase(Locale.ROOT);
    if (problem.contains("\\t") || problem.contains("tab")) {
      return "indent with spaces, not with tabs";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "check the indentation, and put a value that contains ': ' in quotes";
    }
    if (problem.contains("could not find expected ':'")) {
      return "a colon and a space must follow the name: 'name: value'";
    }
    if (problem.contains("undefined alias")) {
      return "a value that begins with * stands for one marked with & before it;"
          + " else put it in quotes";
    }
    if (problem.contains("block end")) {
      return "check the indentation" + begun(e, " of what begins on line ");
    }
    if (problem.contains("escape")) {
      return "in double quotes \\ begins an escape; use single quotes or write \\\\";
    }
    if (problem.contains("<document start>")) {
      return "check brackets and indentation";
    }
    String context = e.getContext();
    return context == null ? "" : context + begun(e, " that begins on line ");
  }

  private static String begun(MarkedYamlEngineException e, String words) {
    return e.getContextMark().map(mark -> words + (mark.getLine() + 1)).orElse("");
  }

  static Position position(Optional<Mark> mark) {
    return mark.map(at -> new Position(at.getLine() + 1, at.getColumn() + 1))
        .orElseGet(() -> new Position(1, 1));
  }
}
