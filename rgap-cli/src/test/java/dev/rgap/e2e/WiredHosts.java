package dev.rgap.e2e;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two hosts in network namespaces of their own, joined by two cables.
 *
 * <pre>
 *   listener  eth0 ---------------- eth0  agent     10.82.71.1, .2 and fd82:71::1, ::2
 *             eth1 ---------------- eth1            10.82.72.1, .2; the default routes lead to eth0
 * </pre>
 *
 * <p>Nothing of it touches the networks of this machine. To be used by root only.
 */
final class WiredHosts implements AutoCloseable {

  private static final String[] HOSTS = {"listener", "agent"};
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String prefix =
      "rgap-wired-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-";

  WiredHosts() throws IOException, InterruptedException {
    try {
      for (String host : HOSTS) {
        shell("ip netns add " + ns(host));
        run(host, "ip link set lo up");
        run(host, "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad");
      }
      for (int i = 0; i < 2; i++) {
        shell(
            "ip link add eth%d netns %s type veth peer name eth%d netns %s"
                .formatted(i, ns("listener"), i, ns("agent")));
      }
      for (int number = 1; number <= HOSTS.length; number++) {
        for (int i = 0; i < 2; i++) {
          run(
              HOSTS[number - 1],
              "ip link set eth%d up && ip address add 10.82.7%d.%d/24 brd + dev eth%d"
                  .formatted(i, i + 1, number, i));
        }
        run(
            HOSTS[number - 1],
            "ip address add fd82:71::%d/64 nodad dev eth0 && ip route add default dev eth0"
                .formatted(number));
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  /** Makes a program run on a host. */
  Program on(String host, Program program) {
    return program.by("ip", "netns", "exec", ns(host));
  }

  /** Runs a shell's command on a host. */
  void run(String host, String command) throws IOException, InterruptedException {
    String _ = on(host, Program.of("sh", "-c", command)).run();
  }

  /** Takes an interface of a host away, which keeps its cable and, if nobody took it, its index. */
  void takeAway(String host, String device) throws IOException, InterruptedException {
    shell("ip netns add " + ns("away"));
    run(host, "ip link set " + device + " netns " + ns("away"));
  }

  /** Brings it back, up, with an address. */
  void bringBack(String host, String device, String address)
      throws IOException, InterruptedException {
    shell("ip -n %s link set %s netns %s".formatted(ns("away"), device, ns(host)));
    run(host, "ip link set %s up && ip address add %s dev %s".formatted(device, address, device));
  }

  private String ns(String host) {
    return prefix + host;
  }

  private static void shell(String command) throws IOException, InterruptedException {
    String _ = Program.of("sh", "-c", command).run();
  }

  @Override
  public void close() {
    try {
      for (String host : new String[] {"listener", "agent", "away"}) {
        shell("ip netns del %s 2>&1 || true".formatted(ns(host)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("can't delete namespaces", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
