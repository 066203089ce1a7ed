package dev.rgap.e2e;

import java.io.IOException;

/**
 * Two hosts in different networks, with a router between them, in network namespaces of their own.
 *
 * <pre>
 *   agent  eth0 ---------- eth0  router  eth1 ---------- eth0  listener
 *          10.82.71.2      10.82.71.1    10.82.72.1      10.82.72.2
 *          fd82:71::2      fd82:71::1    fd82:72::1      fd82:72::2
 * </pre>
 *
 * <p>Nothing of it touches the networks of this machine. To be used by root only.
 */
final class RoutedHosts implements AutoCloseable {

  private static final String PREFIX = "rgap-routed-" + ProcessHandle.current().pid() + "-";
  private static final String[] HOSTS = {"router", "agent", "listener"};

  RoutedHosts() throws IOException, InterruptedException {
    try {
      for (String host : HOSTS) {
        shell("ip netns add " + ns(host));
        run(host, "ip link set lo up");
        run(host, "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad");
      }
      run("router", "echo 1 >/proc/sys/net/ipv4/ip_forward");
      run("router", "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
      plug("agent", "eth0", 71);
      plug("listener", "eth1", 72);
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private static void plug(String host, String device, int network)
      throws IOException, InterruptedException {
    shell(
        "ip link add %s netns %s type veth peer name eth0 netns %s"
            .formatted(device, ns("router"), ns(host)));
    address("router", device, network, 1);
    address(host, "eth0", network, 2);
    shell(
        "ip -n %s route add default via 10.82.%d.1 && ip -n %s route add default via fd82:%d::1"
            .formatted(ns(host), network, ns(host), network));
  }

  private static void address(String host, String device, int network, int number)
      throws IOException, InterruptedException {
    shell("ip -n %s link set %s up".formatted(ns(host), device));
    shell(
        "ip -n %s address add 10.82.%d.%d/24 dev %s && ip -n %s address add fd82:%d::%d/64 dev %s"
            .formatted(ns(host), network, number, device, ns(host), network, number, device));
  }

  /** Makes a program run on a host. */
  Program on(String host, Program program) {
    return program.by("ip", "netns", "exec", ns(host));
  }

  private void run(String host, String command) throws IOException, InterruptedException {
    String _ = on(host, Program.of("sh", "-c", command)).run();
  }

  private static String ns(String host) {
    return PREFIX + host;
  }

  private static void shell(String command) throws IOException, InterruptedException {
    String _ = Program.of("sh", "-c", command).run();
  }

  @Override
  public void close() {
    try {
      for (String host : HOSTS) {
        shell("ip netns del %s 2>&1 || true".formatted(ns(host)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("can't delete namespaces", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
