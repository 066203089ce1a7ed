package dev.rgap.cli.command;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.HealthCheck;
import dev.rgap.agent.HealthCheckConfig;
import dev.rgap.cli.process.Environment;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.IpNetwork;
import dev.rgap.text.DurationText;
import dev.rgap.text.Glob;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.Endpoint.ByName;
import dev.rgap.transport.Endpoint.ByNetwork;
import dev.rgap.transport.Endpoint.InterfaceSelector;
import dev.rgap.transport.HostInterfaces;
import dev.rgap.transport.HostInterfaces.Link;
import dev.rgap.worker.config.AgentEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Prints what entries would announce as things are now, or why they would not. Sends nothing. */
final class AgentDryRun {

  private final AgentEntry entry;
  private final List<Asking<List<IpAddress>>> addresses = new ArrayList<>();
  private final List<Asking<HealthCheck>> checks = new ArrayList<>();
  private final List<Asking<InetAddress[]>> destinations = new ArrayList<>();

  /** Asks all at once. */
  private AgentDryRun(AgentEntry entry) {
    this.entry = entry;
    for (AddressSource source : entry.addresses()) {
      addresses.add(Asking.of(source));
    }
    for (HealthCheckConfig check : entry.checks()) {
      checks.add(Asking.of(check));
    }
    for (Endpoint endpoint : entry.destinations()) {
      destinations.add(Asking.of(() -> look(endpoint)));
    }
  }

  /**
   * Looks.
   *
   * @return the exit status: 0 if all would be announced
   */
  static int run(List<AgentEntry> entries, Environment environment) {
    List<AgentDryRun> all = entries.stream().map(AgentDryRun::new).toList();
    int status = entries.isEmpty() ? 1 : 0;
    for (AgentDryRun each : all) {
      if (!each.show(environment.out())) {
        status = 1;
      }
    }
    if (entries.isEmpty()) {
      environment.out().println("there is nothing to announce");
    }
    return status;
  }

  private static InetAddress[] look(Endpoint endpoint) throws IOException {
    InterfaceSelector via = endpoint.via();
    if (via != null
        && HostInterfaces.system().links().stream().noneMatch(each -> fits(each, via))) {
      throw new IOException("no network interface that is up fits " + via);
    }
    try {
      return endpoint.host().isEmpty()
          ? new InetAddress[] {InetAddress.getLoopbackAddress()}
          : InetAddress.getAllByName(endpoint.host());
    } catch (UnknownHostException e) {
      throw new IOException("the name can't be resolved", e);
    }
  }

  private static boolean fits(Link link, InterfaceSelector via) {
    return link.up()
        && switch (via) {
          case ByName(String name) -> new Glob(name).matches(link.name());
          case ByNetwork(IpNetwork network) ->
              link.addresses().stream().anyMatch(held -> network.contains(held.address()));
        };
  }

  /** Returns whether it would announce something. */
  private boolean show(PrintStream out) {
    out.println(
        "group "
            + entry.group()
            + ", key "
            + entry.key().key().fingerprint()
            + (entry.interval().isPositive()
                ? ", every " + DurationText.format(entry.interval())
                : ", once"));
    Set<IpAddress> found = new LinkedHashSet<>();
    for (int i = 0; i < addresses.size(); i++) {
      String label = entry.addresses().get(i).label();
      try {
        List<IpAddress> each = addresses.get(i).answer();
        found.addAll(each);
        out.println("  address " + label + ": " + (each.isEmpty() ? "none" : joined(each)));
      } catch (IOException e) {
        out.println("  address " + label + ": " + e.getMessage());
      }
    }
    int failing = 0;
    for (int i = 0; i < checks.size(); i++) {
      String label = entry.checks().get(i).check().label();
      try {
        HealthCheck _ = checks.get(i).answer();
        out.println("  check " + label + ": passes");
      } catch (IOException e) {
        failing++;
        out.println("  check " + label + ": fails: " + e.getMessage());
      }
    }
    int reachable = 0;
    for (int i = 0; i < destinations.size(); i++) {
      String label = entry.destinations().get(i).toString();
      try {
        InetAddress[] each = destinations.get(i).answer();
        reachable++;
        out.println(
            "  destination " + label + ": " + joined(Stream.of(each).map(IpAddress::of).toList()));
      } catch (IOException e) {
        out.println("  destination " + label + ": " + e.getMessage());
      }
    }
    String why =
        found.isEmpty()
            ? "there is no address"
            : failing > 0
                ? failing + " of " + checks.size() + " checks fail"
                : reachable == 0 ? "no destination can be sent to" : "";
    out.println(
        why.isEmpty() ? "  would announce " + joined(found) : "  would announce nothing: " + why);
    return why.isEmpty();
  }

  private static String joined(Iterable<IpAddress> addresses) {
    List<String> shown = new ArrayList<>();
    addresses.forEach(address -> shown.add(address.toString()));
    return String.join(", ", shown);
  }
}
