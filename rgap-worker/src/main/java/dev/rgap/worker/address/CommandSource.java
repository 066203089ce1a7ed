package dev.rgap.worker.address;

import com.google.errorprone.annotations.concurrent.LazyInit;
import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.AddressSource;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandRunner.Command;
import dev.rgap.host.programs.CommandRunner.Result;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program prints: one address in a line, or several. Without any there is none. Lines that
 * are something else are ignored beside addresses, as a warning on standard error is one, too.
 */
final class CommandSource implements AddressSource {

  private static final Duration WAIT_DELAY = Duration.ofMillis(500);
  private static final int MOST_SHOWN = 200;

  /** What only a shell would understand. */
  private static final String OF_SHELLS = "'\"\\$`|&;<>(){}*?~#";

  /** What is run, and what is made of it. */
  private record Config(String label, List<String> argv, Duration timeout, AddressChoice choice) {}

  private final Config config;

  /** Used by one thread at a time; finds out about this host when it is made. */
  @LazyInit private @Nullable CommandRunner runner;

  CommandSource(List<String> argv, Duration timeout, AddressChoice choice) {
    this("command:" + String.join(" ", argv), argv, timeout, choice);
  }

  private CommandSource(String label, List<String> argv, Duration timeout, AddressChoice choice) {
    this.config = new Config(label, List.copyOf(argv), timeout, choice);
  }

  static AddressSource parse(SourceLine line) {
    String command = line.what().strip();
    for (int i = 0; i < command.length(); i++) {
      if (OF_SHELLS.indexOf(command.charAt(i)) >= 0) {
        throw new BadLineException(
            "no shell reads this, and "
                + command.charAt(i)
                + " would mean nothing; write a program that does it, or in a file"
                + " {command: [program, argument, ...]}");
      }
    }
    return new CommandSource(
        line.text(), List.of(command.split("\\s+")), SourceSection.TIMEOUT, line.choice());
  }

  @Override
  public String label() {
    return config.label;
  }

  @Override
  public List<IpAddress> find() throws IOException {
    if (runner == null) {
      runner = CommandRunner.onThisHost();
    }
    List<IpAddress> found = new ArrayList<>();
    String[] other = {""};
    Result result =
        runner.run(
            new Command(config.argv, Map.of(), new byte[0], config.timeout, WAIT_DELAY),
            printed -> {
              List<IpAddress> addresses = AddressText.parse(printed);
              if (addresses != null) {
                found.addAll(addresses);
              } else {
                other[0] = printed;
              }
            });
    String program = config.argv.getFirst();
    if (!result.succeeded()) {
      throw new IOException(program + ": " + result.describe() + shown(other[0]));
    }
    if (found.isEmpty() && !other[0].isEmpty()) {
      throw new IOException(program + " printed something else than addresses" + shown(other[0]));
    }
    return AddressText.chosen(config.choice, found, "what " + program + " printed");
  }

  private static String shown(String line) {
    return line.isBlank()
        ? ""
        : ": " + (line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "..." : line);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CommandSource source && source.config.equals(config);
  }

  @Override
  public int hashCode() {
    return config.hashCode();
  }
}
