package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Load balancers whose configuration is rewritten, checked and reloaded as the documentation shows,
 * while clients use them.
 */
@Execution(ExecutionMode.CONCURRENT)
class RewrittenConfigurationsIT {

  private static final int CHANGES = 200;
  private static final int RELOADS = CHANGES / 10;

  /** Some announcements make no change, and on a slow machine many changes make one reload. */
  private static final int MOST_ANNOUNCEMENTS = 20 * CHANGES;

  private static final Pattern CHANGE = Pattern.compile("has (joined|left) group");

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  /**
   * Lets members come and go until there were many changes and reloads, while clients visit the
   * balancer.
   *
   * @param reload what the balancer prints at each reload
   */
  private static void changeManyTimes(
      RunningProgram listener,
      Announcer announcer,
      RunningProgram server,
      String reload,
      int balancer)
      throws Exception {
    Pattern reloaded = Pattern.compile(reload);
    try (Visitors visitors = new Visitors(balancer)) {
      for (int i = 0;
          i < MOST_ANNOUNCEMENTS
              && (count(listener, CHANGE) < CHANGES || count(server, reloaded) <= RELOADS);
          i++) {
        // Comes now and leaves when this one announcement has expired.
        long _ = announcer.announce(IpAddress.parse("127.0.1." + (i % 100 + 1)));
        Thread.sleep(60);
      }
      assertThat(visitors.failures()).isEmpty();
      assertThat(visitors.requests()).isGreaterThan(CHANGES);
    }
    assertThat(count(server, reloaded)).as("reloads").isGreaterThan(RELOADS);
  }

  private static long count(RunningProgram program, Pattern line) {
    return program.log().all().stream().filter(each -> line.matcher(each).find()).count();
  }

  /** All that is wrong with it is the template; what is there must stay, and stay in use. */
  private void aBrokenTemplateReachesNobody(DocumentedBalancer balancer, String good, String bad)
      throws Exception {
    String before = balancer.members();
    DocumentedExample example = balancer.example().with(good, bad);
    RunningProgram listener = balancer.listener(programs, "3s");
    try (Announcer announcer = example.announcer(programs)) {
      announcer.join("127.0.0.3");
      listener.log().await("check_command failed, exit status 1: .*; the file stays as it was");
      assertThat(balancer.file()).hasContent(before);
      assertThat(WebServers.reached(balancer.port(), 20)).isEqualTo(Set.of("127.0.0.2"));
    }
    listener.stop();
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).noneMatch(path -> path.getFileName().toString().contains(".rgap-"));
    }
  }

  private void losesNoRequest(DocumentedBalancer balancer, String reload) throws Exception {
    RunningProgram listener = balancer.listener(programs, "2s");
    try (Announcer announcer = balancer.example().announcer(programs)) {
      announcer.join("127.0.0.2");
      RunningProgram server = balancer.start(programs);
      Eventually.equal(balancer::reached, Set.of("127.0.0.2"));

      changeManyTimes(listener, announcer, server, reload, balancer.port());
      Eventually.equal(balancer::reached, Set.of("127.0.0.2"));
    }
    listener.stop();
  }

  @Test
  void nginxLosesNoRequest() throws Exception {
    try (Backends backends = new Backends()) {
      DocumentedBalancer nginx = DocumentedBalancer.nginx(directory, backends.port());
      losesNoRequest(nginx, "reconfiguring");
      aBrokenTemplateReachesNobody(nginx, "upstream workers {", "upstrim workers {");
    }
  }

  @Test
  void haproxyLosesNoRequest() throws Exception {
    try (Backends backends = new Backends()) {
      DocumentedBalancer haproxy = DocumentedBalancer.haproxy(directory, backends.port());
      losesNoRequest(haproxy, "Reloading");
      aBrokenTemplateReachesNobody(haproxy, "balance roundrobin", "balance rundrobin");
    }
  }
}
