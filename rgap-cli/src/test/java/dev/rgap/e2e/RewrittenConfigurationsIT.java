package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
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
  private Path bin;

  @BeforeEach
  void makeDirectories() throws IOException {
    bin = Files.createDirectory(directory.resolve("bin"));
    Files.createDirectories(directory.resolve("run/rgap"));
  }

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
  private void aBrokenTemplateReachesNobody(
      DocumentedExample example, String file, String good, String bad, int balancer)
      throws Exception {
    String before = Files.readString(example.path(file));
    RunningProgram listener = example.with(good, bad).listener(programs, "3s", bin);
    try (Announcer announcer = example.announcer(programs)) {
      announcer.join("127.0.0.3");
      listener.log().await("check_command failed, exit status 1: .*; the file stays as it was");
      assertThat(example.path(file)).hasContent(before);
      assertThat(WebServers.reached(balancer, 20)).isEqualTo(Set.of("127.0.0.2"));
    }
    listener.stop();
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).noneMatch(path -> path.getFileName().toString().contains(".rgap-"));
    }
  }

  @Test
  void nginxLosesNoRequest() throws Exception {
    String nginx = Tools.require("nginx", "nginx-light");
    try (Backends backends = new Backends()) {
      int port = Programs.freePort();
      DocumentedExample example =
          new DocumentedExample("nginx", directory)
              .with("8080", Integer.toString(backends.port()))
              .with("8000", Integer.toString(port))
              .with(
                  "      reload_command:",
                  "      debounce: {min: 10ms, max: 50ms}\n      reload_command:");
      Path upstream = example.makeRoomFor("/etc/nginx/rgap/workers.conf");
      Path config = example.path("/etc/nginx/nginx.conf");
      Files.writeString(
          config,
          """
          daemon off;
          pid %1$s/pid;
          error_log stderr notice;
          events {}
          """
                  .formatted(directory)
              + example
                  .block("nginx")
                  .replace(
                      "http {",
                      """
                      http {
                        access_log off;
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                      """
                          .formatted(directory)));
      // Debian's nginx has its configuration where this one can't be.
      script(
          "nginx",
          "case \" $* \" in *' -c '*) ;; *) set -- -c "
              + config
              + " \"$@\" ;; esac\n"
              + "exec "
              + nginx
              + " -e stderr -p "
              + directory
              + " \"$@\"");

      RunningProgram listener = example.listener(programs, "2s", bin);
      try (Announcer announcer = example.announcer(programs)) {
        announcer.join("127.0.0.2");
        Eventually.see(
            "its upstream", () -> contentOf(upstream), text -> text.contains("127.0.0.2"));
        RunningProgram server = programs.start(Program.of(bin.resolve("nginx").toString()));
        Eventually.equal(() -> reached(port), Set.of("127.0.0.2"));

        changeManyTimes(listener, announcer, server, "reconfiguring", port);
        Eventually.equal(() -> reached(port), Set.of("127.0.0.2"));
      }
      listener.stop();
      aBrokenTemplateReachesNobody(
          example, "/etc/nginx/rgap/workers.conf", "upstream workers {", "upstrim workers {", port);
    }
  }

  @Test
  void haproxyLosesNoRequest() throws Exception {
    String haproxy = Tools.require("haproxy", "haproxy");
    try (Backends backends = new Backends()) {
      int port = Programs.freePort();
      DocumentedExample example =
          new DocumentedExample("haproxy", directory)
              .with("8080", Integer.toString(backends.port()))
              .with("8000", Integer.toString(port))
              .with(
                  "      reload_command:",
                  "      debounce: {min: 50ms, max: 100ms}\n      reload_command:");
      Path config = example.makeRoomFor("/etc/haproxy/haproxy.cfg");
      Files.writeString(config, example.block("haproxy"));
      Path backend = example.path("/etc/haproxy/workers.cfg");
      Path pid = example.path("/run/haproxy.pid");

      RunningProgram listener = example.listener(programs, "2s", bin);
      try (Announcer announcer = example.announcer(programs)) {
        announcer.join("127.0.0.2");
        Eventually.see("its backend", () -> contentOf(backend), text -> text.contains("127.0.0.2"));
        RunningProgram server =
            programs.start(
                Program.of(
                    haproxy,
                    "-W",
                    "-p",
                    pid.toString(),
                    "-f",
                    config.toString(),
                    "-f",
                    backend.toString()));
        Eventually.equal(() -> reached(port), Set.of("127.0.0.2"));

        changeManyTimes(listener, announcer, server, "Reloading", port);
        Eventually.equal(() -> reached(port), Set.of("127.0.0.2"));
      }
      listener.stop();
      aBrokenTemplateReachesNobody(
          example, "/etc/haproxy/workers.cfg", "balance roundrobin", "balance rundrobin", port);
    }
  }

  /** Whom it reaches; nobody, while it doesn't answer at all. */
  private static Set<String> reached(int port) {
    try {
      return WebServers.reached(port, 10);
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** What is in a file; nothing, while it isn't there. */
  private static String contentOf(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private void script(String name, String content) throws IOException {
    Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + content + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
