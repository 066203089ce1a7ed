package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.AddressSources;
import dev.rgap.cli.args.Arguments;
import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.args.Secrets;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.IpAddress;
import dev.rgap.worker.address.Sources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses an agent is to announce, by its arguments and environment.
 *
 * @param literal the address, if it is one that is written down
 * @param sources otherwise, what tells them
 */
record AddressArguments(@Nullable IpAddress literal, List<AddressSource> sources) {

  private static final String VARIABLE = "RGAP_ADDRESS";

  static final Flag ADDRESS =
      Flag.texts(
          "address",
          'a',
          "ADDRESS",
          "address to announce, or where it is found, such as iface:eth0 (RGAP_ADDRESS)");

  /**
   * Reads them.
   *
   * @param hosts the destinations, to which the addresses lead that are announced if none is given
   */
  static AddressArguments of(Arguments arguments, Environment environment, List<String> hosts)
      throws Failure {
    List<String> given = arguments.values(ADDRESS);
    if (!given.isEmpty()) {
      return read("--address", given);
    }
    String variable = environment.variable(VARIABLE);
    return variable == null ? towards(hosts, environment) : read(VARIABLE, List.of(variable));
  }

  private static AddressArguments read(String where, List<String> given) throws Failure {
    List<AddressSource> sources = new ArrayList<>();
    for (String text : given) {
      Secrets.refuseInAddress(where, text);
      try {
        if (given.size() == 1 && isLiteral(text)) {
          return new AddressArguments(IpAddress.parse(text), List.of());
        }
        sources.add(Sources.parse(text));
      } catch (IllegalArgumentException e) {
        throw new Failure(where + ": " + e.getMessage());
      }
    }
    return new AddressArguments(null, sources);
  }

  /** Whether it is an address and nothing else: then nothing is loaded that finds some. */
  private static boolean isLiteral(String text) {
    try {
      return IpAddress.parse(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What this host sends from to the destinations, if that is one address. */
  private static AddressArguments towards(List<String> hosts, Environment environment)
      throws Failure {
    Map<List<IpAddress>, AddressSource> answers = new LinkedHashMap<>();
    IOException failure = null;
    for (String host : hosts) {
      AddressSource route = AddressSources.parse("route:" + host);
      try {
        answers.putIfAbsent(route.find(), route);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (answers.size() != 1) {
      throw new Failure(
          "no address to announce; give --address or set RGAP_ADDRESS"
              + (answers.isEmpty()
                  ? failure == null ? "" : " (" + failure.getMessage() + ")"
                  : " (the destinations are reached from several: " + answers.keySet() + ")"));
    }
    Map.Entry<List<IpAddress>, AddressSource> only = answers.entrySet().iterator().next();
    environment.warning(
        "no address is given; announcing "
            + only.getKey().getFirst()
            + ", from which the destinations are reached: "
            + only.getValue().label());
    return new AddressArguments(null, List.of(only.getValue()));
  }
}
