package dev.rgap.cli;

import dev.rgap.text.Suggestion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All commands by name; only the one that is asked for is made. {@code bench} and {@code man} are
 * such, too, but for those who size a machine or make a package: neither the list of commands nor
 * the completion has them.
 */
final class Commands {

  /** The order in which the help shows them. */
  static final List<String> NAMES =
      List.of(
          "agent",
          "listener",
          "genpsk",
          "check",
          "render",
          "sniff",
          "health",
          "demo",
          "version",
          "completion",
          "help");

  private Commands() {}

  static @Nullable Command find(String name) {
    return switch (name) {
      case "agent" -> new AgentCommand();
      case "listener" -> new ListenerCommand();
      case "genpsk" -> new GenpskCommand();
      case "check" -> new CheckCommand();
      case "render" -> new RenderCommand();
      case "sniff" -> new SniffCommand();
      case "health" -> new HealthCommand();
      case "demo" -> new DemoCommand();
      case "bench" -> new BenchCommand();
      case "man" -> new ManCommand();
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
  }

  static Command get(String name) throws Failure {
    Command command = find(name);
    if (command == null) {
      String nearest =
          Suggestion.nearest(name, NAMES).map(near -> "did you mean '" + near + "'? ").orElse("");
      throw new Failure(
          "unknown command '" + name + "'; " + nearest + "known: " + String.join(", ", NAMES));
    }
    return command;
  }
}
