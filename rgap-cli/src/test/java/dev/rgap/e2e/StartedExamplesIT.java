package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.Examples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A listener, or an agent, starts with each configuration that this project shows or ships, and
 * stops.
 *
 * <p>It runs on a host of its own, which has the interface {@code eth0}, and sees a file system
 * where {@code /etc}, {@code /run} and {@code /var} are copies that end with it: what an example
 * writes or reloads is nothing of this machine's.
 */
@EnabledIf(
    value = "dev.rgap.e2e.BridgedHosts#possible",
    disabledReason = "network namespaces need root and the program 'ip' (Debian: iproute2)")
@Execution(ExecutionMode.CONCURRENT)
class StartedExamplesIT {

  private static final String HOST = "listener";

  /** An address of the example's host itself, which it has to have. */
  private static final Pattern OWN_ADDRESS =
      Pattern.compile(
          "(?:bind_address: |- )\"?((?!127\\.|0\\.|2[2-5]\\d\\.)\\d+\\.\\d+\\.\\d+\\.\\d+):\\d");

  private static final String[] WITH_OWN_FILES = {
    "unshare",
    "--mount",
    "sh",
    "-ec",
    """
    etc=$(mktemp -d "$0/etc.XXXXXX")
    mount -t tmpfs tmpfs "$etc"
    cp -a /etc/. "$etc"
    mount --bind "$etc" /etc
    mount -t tmpfs tmpfs /run
    mount -t tmpfs tmpfs /var
    mkdir -p /var/tmp /etc/haproxy /etc/nginx/rgap /etc/envoy/rgap /etc/prometheus/rgap
    mkdir -p /run/rgap
    exec "$@"
    """,
  };

  @AutoClose private final Programs programs = new Programs();
  private final BridgedHosts hosts = programs.hosts(HOST);
  @TempDir private Path directory;

  StartedExamplesIT() throws IOException, InterruptedException {}

  private static List<Examples> examples() throws IOException {
    return Examples.all();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void starts(Examples example) throws Exception {
    for (MatchResult own : OWN_ADDRESS.matcher(example.yaml()).results().toList()) {
      String address = own.group(1) + "/32";
      String _ = hosts.on(HOST, Program.of("ip", "address", "add", address, "dev", "eth0")).run();
    }
    Path config = Programs.config(directory, example.whole());
    example.writeKeys(directory);
    Program program =
        Program.rgap(example.isAgents() ? "agent" : "listener", "-c", config.toString())
            .by(directory.toString())
            .by(WITH_OWN_FILES);

    RunningProgram running = programs.start(hosts.on(HOST, program));
    running.log().await("(listener|agent) ready");
    running.stop();

    assertThat(running.log().matching("^Error: ")).isEmpty();
  }
}
