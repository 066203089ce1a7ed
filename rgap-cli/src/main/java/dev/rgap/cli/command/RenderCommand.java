package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.config.ConfigFile;
import dev.rgap.cli.config.MembersFile;
import dev.rgap.cli.log.Escape;
import dev.rgap.cli.process.Environment;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.Membership;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.FileOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.HostClock;
import dev.rgap.time.Scheduler;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows what the outputs that write files would write. */
public final class RenderCommand implements Command {

  private static final Flag MEMBERS =
      Flag.file(
          "members",
          'm',
          "who is a member, in YAML: '1000: [192.0.2.1]' (default: all groups are empty)");
  private static final Flag DESTINATION =
      Flag.file(
          "destination",
          'd',
          "show what would be in this file, and nothing else (default: all, with headings)");

  @Override
  public String summary() {
    return "show the files that outputs would write, without a network";
  }

  @Override
  public List<Flag> flags() {
    return List.of(ConfigFile.FLAG, MEMBERS, DESTINATION);
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure {
    String name = ConfigFile.name(arguments);
    ListenerConfig config = new ConfigFile().require(name, environment);
    List<ConfiguredOutput<?>> outputs = choose(config, name, arguments.value(DESTINATION));
    Membership membership =
        Membership.fixed(members(config, arguments.value(MEMBERS), environment));
    boolean headings = arguments.value(DESTINATION) == null;
    int status = 0;
    for (ConfiguredOutput<?> output : outputs) {
      try {
        byte[] content = render(output, membership);
        PrintStream out = environment.out();
        if (headings) {
          String heading = "==> " + output.destination().orElseThrow() + ", " + output.id();
          out.println(Escape.controls(heading + " <=="));
        }
        out.write(content, 0, content.length);
        boolean unfinished = content.length > 0 && content[content.length - 1] != '\n';
        out.print(headings ? (unfinished ? "\n\n" : "\n") : "");
      } catch (IOException e) {
        environment.error(output.id() + ": " + e.getMessage());
        status = 1;
      }
    }
    return status;
  }

  private static List<ConfiguredOutput<?>> choose(
      ListenerConfig config, String name, @Nullable String destination) throws Failure {
    List<ConfiguredOutput<?>> all =
        config.outputs().stream().filter(output -> output.destination().isPresent()).toList();
    if (all.isEmpty()) {
      throw new Failure(name + ": no output writes a file; kinds that do: hostsfile, template");
    }
    if (destination == null) {
      return all;
    }
    Path wanted = Path.of(destination).toAbsolutePath().normalize();
    List<ConfiguredOutput<?>> chosen =
        all.stream()
            .filter(output ->
                output
                    .destination()
                    .map(file -> file.toAbsolutePath().normalize())
                    .filter(wanted::equals)
                    .isPresent())
            .toList();
    if (chosen.isEmpty()) {
      throw new Failure(
          "--destination: no output writes "
              + destination
              + "; there are: "
              + all.stream()
                  .map(output -> output.destination().orElseThrow().toString())
                  .collect(Collectors.joining(", ")));
    }
    return chosen;
  }

  private static Map<GroupId, Collection<IpAddress>> members(
      ListenerConfig config, @Nullable String file, Environment environment) throws Failure {
    Set<GroupId> defined =
        config.groups().stream().map(GroupConfig::id).collect(Collectors.toSet());
    return file == null ? Map.of() : MembersFile.read(file, defined, environment);
  }

  private static byte[] render(ConfiguredOutput<?> configured, Membership membership)
      throws IOException {
    try (Scheduler scheduler = Scheduler.onThread("rgap-render", HostClock.system());
        Output output =
            configured.create(
                OutputContext.of(configured.id(), membership, scheduler, new Metrics()))) {
      if (output instanceof FileOutput file) {
        return file.render();
      }
      throw new IOException("can't be shown: it names a file but doesn't say what is in it");
    }
  }
}
