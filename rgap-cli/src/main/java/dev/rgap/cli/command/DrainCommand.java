package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import java.io.IOException;
import java.util.List;

/** Has the running agents of a process drain, or takes that back. */
public final class DrainCommand implements Command {

  private static final int NOT_FOUND = 404;

  private final String path;
  private final String summary;

  private DrainCommand(String path, String summary) {
    this.path = path;
    this.summary = summary;
  }

  /** Has them drain. */
  public static DrainCommand drain() {
    return new DrainCommand(
        "/v1/drain",
        "have a running agent tell that its host is to get no new work, and then say goodbye (PID:"
            + " default the only one)");
  }

  /** Takes that back. */
  public static DrainCommand undrain() {
    return new DrainCommand(
        "/v1/undrain", "have a drained agent announce again (PID: default the only one)");
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public List<Flag> flags() {
    return ApiClient.FLAGS;
  }

  @Override
  public Operand operand() {
    return new Operand("PID", false, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    ApiClient client = client(arguments, environment);
    ApiClient.Answer answer = client.ask("POST", path);
    if (answer.status() == NOT_FOUND) {
      throw new Failure(client.label() + " is no agent: only agents can be drained");
    }
    if (!answer.isGood()) {
      throw MembersCommand.refused(answer);
    }
    AgentStatus.of(answer.body()).printStates(environment.out());
    return 0;
  }

  private static ApiClient client(Arguments arguments, Environment environment)
      throws Failure, IOException {
    RunningSockets sockets = new RunningSockets(environment.variables(), HealthCommand.PROC);
    if (arguments.operands().isEmpty()) {
      return ApiClient.of(arguments, "program", sockets::agent);
    }
    if (arguments.value(ApiClient.SOCKET) != null || arguments.value(ApiClient.URL) != null) {
      throw new Failure("name a PID, a --socket or a --url, but one of them only");
    }
    return sockets.agent(arguments.operands().getFirst());
  }
}
