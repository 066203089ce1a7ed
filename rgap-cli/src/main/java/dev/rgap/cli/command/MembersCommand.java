package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.util.List;

/** Prints who is in a group of a running listener, for scripts. */
public final class MembersCommand implements Command {

  @Override
  public String summary() {
    return "print the addresses in a running listener's group, one a line; fails if it is not ready";
  }

  @Override
  public List<Flag> flags() {
    return ApiClient.FLAGS;
  }

  @Override
  public Operand operand() {
    return new Operand("GROUP", true, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    GroupId group = group(arguments.operands().getFirst());
    ApiClient.Answer answer =
        ApiClient.of(arguments, environment).get("/v1/groups/" + group + "/lines");
    if (!answer.isGood()) {
      throw refused(answer);
    }
    environment.out().print(answer.body());
    return 0;
  }

  static GroupId group(String text) throws Failure {
    try {
      return GroupId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure("GROUP: '" + text + "': " + e.getMessage());
    }
  }

  /** What the listener says of what it has refused. */
  static Failure refused(ApiClient.Answer answer) {
    try {
      String detail = Json.text(Json.object(answer.body()), "detail");
      if (!detail.isEmpty()) {
        return new Failure(detail);
      }
    } catch (IOException e) {
      // As below.
    }
    return new Failure("the listener has answered with the status " + answer.status());
  }
}
