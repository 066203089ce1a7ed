package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.manual.Manual;
import dev.rgap.text.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What there is help about: the commands, and the pages of the manual. */
final class Topics {

  /** Makes a page of the manual ready for its reader. */
  @FunctionalInterface
  interface Pages {

    /** The page, or nothing if there is none about this. */
    Optional<String> about(String topic) throws IOException;
  }

  private Topics() {}

  /** The argument of a command that tells about something. */
  static Command.Operand operand(CommandTable commands) {
    List<String> all = new ArrayList<>(commands.names());
    all.addAll(Manual.topics());
    return new Command.Operand("TOPIC", false, all);
  }

  /**
   * What there is about a topic.
   *
   * @param ofCommand tells about a command, by its name
   * @throws Failure if there is nothing of this name
   */
  static String about(
      String topic,
      CommandTable commands,
      BiFunction<String, Command, String> ofCommand,
      Pages manual)
      throws Failure, IOException {
    if (commands.has(topic)) {
      return ofCommand.apply(topic, commands.get(topic));
    }
    Optional<String> page = manual.about(topic);
    if (page.isPresent()) {
      return page.get();
    }
    List<String> known = operand(commands).candidates();
    throw new Failure(
        "no help about '"
            + topic
            + "'; "
            + Suggestion.then(
                Suggestion.question(topic, known), "known: " + String.join(", ", known)));
  }
}
