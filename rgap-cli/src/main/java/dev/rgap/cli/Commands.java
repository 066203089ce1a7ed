package dev.rgap.cli;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.command.AgentCommand;
import dev.rgap.cli.command.CheckCommand;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.DrainCommand;
import dev.rgap.cli.command.GenpskCommand;
import dev.rgap.cli.command.HealthCommand;
import dev.rgap.cli.command.ListenerCommand;
import dev.rgap.cli.command.MembersCommand;
import dev.rgap.cli.command.ReloadCommand;
import dev.rgap.cli.command.RenderCommand;
import dev.rgap.cli.command.StatusCommand;
import dev.rgap.cli.command.VersionCommand;
import dev.rgap.cli.command.WhyCommand;
import dev.rgap.cli.command.bench.BenchCommand;
import dev.rgap.cli.command.demo.DemoCommand;
import dev.rgap.cli.command.sniff.SniffCommand;
import dev.rgap.cli.help.CompletionCommand;
import dev.rgap.cli.help.HelpCommand;
import dev.rgap.cli.help.ManCommand;
import dev.rgap.text.Suggestion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All commands by name; only the one that is asked for is made. {@code bench} and {@code man} are
 * such, too, but for those who size a machine or make a package: neither the list of commands nor
 * the completion has them.
 */
public final class Commands implements CommandTable {

  private static final List<String> NAMES =
      List.of(
          "agent",
          "listener",
          "genpsk",
          "check",
          "render",
          "sniff",
          "health",
          "status",
          "members",
          "why",
          "reload",
          "drain",
          "undrain",
          "demo",
          "version",
          "completion",
          "help");

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public boolean has(String name) {
    return find(name) != null;
  }

  @Override
  public Command get(String name) throws Failure {
    Command command = find(name);
    if (command == null) {
      throw new Failure(
          "unknown command '"
              + name
              + "'; "
              + Suggestion.then(meant(name), "known: " + String.join(", ", NAMES)));
    }
    return command;
  }

  /** Asks whether the nearest name is meant, or that of the command that others would call so. */
  private static String meant(String name) {
    String synonym =
        switch (name) {
          case "genkey", "keygen", "gen-key", "gen-psk", "generate", "psk" -> "genpsk";
          case "validate", "verify", "test", "lint", "config" -> "check";
          case "server", "serve", "run", "start", "daemon" -> "listener";
          case "announce", "client", "send" -> "agent";
          case "reconfigure", "hup", "refresh" -> "reload";
          case "dump", "capture", "watch" -> "sniff";
          case "healthcheck", "ping" -> "health";
          case "explain", "diagnose", "whynot" -> "why";
          default -> "";
        };
    return synonym.isEmpty() ? Suggestion.question(name, NAMES) : "did you mean '" + synonym + "'?";
  }

  private @Nullable Command find(String name) {
    return switch (name) {
      case "agent" -> new AgentCommand();
      case "listener" -> new ListenerCommand();
      case "genpsk" -> new GenpskCommand();
      case "check" -> new CheckCommand();
      case "render" -> new RenderCommand();
      case "sniff" -> new SniffCommand();
      case "health" -> new HealthCommand();
      case "status" -> new StatusCommand();
      case "members" -> new MembersCommand();
      case "why" -> new WhyCommand();
      case "reload" -> new ReloadCommand();
      case "drain" -> DrainCommand.drain();
      case "undrain" -> DrainCommand.undrain();
      case "demo" -> new DemoCommand();
      case "bench" -> new BenchCommand();
      case "man" -> new ManCommand(this);
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand(this);
      case "help" -> new HelpCommand(this);
      default -> null;
    };
  }
}
