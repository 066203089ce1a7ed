package dev.rgap.e2e;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hosts in network namespaces of their own, joined by a bridge in a further one.
 *
 * <pre>
 *   listener    agent1     agent2
 *     eth0       eth0       eth0      10.82.71.1, .2, .3 and link-local IPv6
 *      |          |          |
 *   ---+----------+----------+---     br0
 * </pre>
 *
 * <p>Nothing of it touches the networks of this machine. To be used by root only.
 */
final class BridgedHosts implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String BRIDGE = "bridge";

  /** Names of namespaces are one for all on a machine. */
  private final String prefix =
      "rgap-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";

  private final List<String> hosts;

  BridgedHosts(String... names) throws IOException, InterruptedException {
    hosts = List.of(names);
    try {
      shell("ip netns add %s".formatted(ns(BRIDGE)));
      // No snooping: its timers would decide what arrives in the first seconds.
      shell(
          "ip -n %s link add br0 type bridge mcast_snooping 0 forward_delay 0"
              .formatted(ns(BRIDGE)));
      shell("ip -n %s link set br0 up".formatted(ns(BRIDGE)));
      for (String host : hosts) {
        shell("ip netns add %s".formatted(ns(host)));
        shell("ip -n %s link set lo up".formatted(ns(host)));
        shell(
            "ip netns exec %s sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'"
                .formatted(ns(host)));
        plug(host);
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  /** Whether this process may make namespaces; found out once, as several may ask at a time. */
  static boolean possible() {
    return Probe.MADE;
  }

  private static final class Probe {
    static final boolean MADE = probe();
  }

  private static boolean probe() {
    String probe = "rgap-" + ProcessHandle.current().pid() + "-probe";
    try {
      shell("ip netns add %s && ip netns del %s".formatted(probe, probe));
      return true;
    } catch (IOException | InterruptedException | AssertionError e) {
      return false;
    }
  }

  /** Gives a host a new network interface with the address and the route that it always has. */
  void plug(String host) throws IOException, InterruptedException {
    String ns = ns(host);
    shell(
        "ip link add eth0 netns %s type veth peer name %s netns %s"
            .formatted(ns, host, ns(BRIDGE)));
    shell("ip -n %s link set %s master br0 up".formatted(ns(BRIDGE), host));
    shell("ip -n %s address add 10.82.71.%d/24 dev eth0".formatted(ns, hosts.indexOf(host) + 1));
    shell("ip -n %s link set eth0 up".formatted(ns));
    shell("ip -n %s route add default dev eth0".formatted(ns));
  }

  /** Takes the network interface away, as if it had been pulled out. */
  void unplug(String host) throws IOException, InterruptedException {
    shell("ip -n %s link del eth0".formatted(ns(host)));
  }

  /** Makes a program run on a host. */
  Program on(String host, Program program) {
    return program.by("ip", "netns", "exec", ns(host));
  }

  /** Runs a command line of the shell on a host. */
  void shell(String host, String command) throws IOException, InterruptedException {
    String _ = on(host, Program.of("sh", "-c", command)).run();
  }

  /** The name of a host's network namespace. */
  String ns(String host) {
    return prefix + host;
  }

  private static void shell(String command) throws IOException, InterruptedException {
    String _ = Program.of("sh", "-c", command).run();
  }

  @Override
  public void close() {
    for (String host : hosts) {
      delete(host);
    }
    delete(BRIDGE);
  }

  private void delete(String host) {
    try {
      shell("ip netns del %s 2>&1 || true".formatted(ns(host)));
    } catch (IOException e) {
      throw new IllegalStateException("can't delete " + ns(host), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
