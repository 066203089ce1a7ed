package dev.rgap.cli.command;

import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.Secrets;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Says why an address is a member of a running listener's groups, or is none. */
public final class WhyCommand implements Command {

  @Override
  public String summary() {
    return "say why an address is in a running listener's groups, or is not; fails if it is in none";
  }

  @Override
  public List<Flag> flags() {
    List<Flag> flags = new ArrayList<>(ApiClient.FLAGS);
    flags.addFirst(StatusCommand.JSON);
    return flags;
  }

  @Override
  public Operand operand() {
    return new Operand("ADDRESS", true, List.of());
  }

  @Override
  public int run(Arguments arguments, Environment environment) throws Failure, IOException {
    IpAddress address = address(arguments.operands().getFirst());
    ApiClient client = ApiClient.of(arguments, environment);
    return show(client, address, arguments.isOn(StatusCommand.JSON), environment.out());
  }

  /**
   * Shows what a listener tells of an address.
   *
   * @return the exit status: 0 if the address is a member of a group
   */
  static int show(ApiClient client, IpAddress address, boolean json, PrintStream out)
      throws Failure, IOException {
    ApiClient.Answer answer = client.get("/v1/addresses/" + address);
    if (!answer.isGood()) {
      throw MembersCommand.refused(answer);
    }
    Explanation explanation =
        new Explanation(Json.object(answer.body()), InstantSource.system().instant());
    if (json) {
      out.print(answer.body());
    } else {
      explanation.lines().forEach(out::println);
    }
    return explanation.isMember() ? 0 : 1;
  }

  static IpAddress address(String text) throws Failure {
    Secrets.refuseInAddress("ADDRESS", text);
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure("ADDRESS: " + e.getMessage());
    }
  }
}
