package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A load balancer whose configuration is rewritten, checked and reloaded as the documentation
 * shows. It gives each request to one server only: what fails there fails for the client.
 */
final class DocumentedBalancer {

  private final DocumentedExample example;
  private final Path bin;
  private final String file;
  private final int port;
  private final Program program;

  private DocumentedBalancer(
      DocumentedExample example, Path bin, String file, int port, Program program) {
    this.example = example;
    this.bin = bin;
    this.file = file;
    this.port = port;
    this.program = program;
  }

  /**
   * That of {@code docs/outputs/nginx.md}.
   *
   * @param directory takes the place of the directories {@code /etc} and {@code /run}
   * @param backends the port of the servers
   */
  static DocumentedBalancer nginx(Path directory, int backends) throws IOException {
    String nginx = Tools.require("nginx", "nginx-light");
    int port = Programs.freePort();
    DocumentedExample example =
        new DocumentedExample("nginx", directory)
            .with("8080", Integer.toString(backends))
            .with("8000", Integer.toString(port))
            .with(
                "      reload_command:",
                "      debounce: {min: 10ms, max: 50ms}\n      reload_command:");
    String file = "/etc/nginx/rgap/workers.conf";
    Path _ = example.makeRoomFor(file);
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
                      proxy_next_upstream off;
                      client_body_temp_path %1$s/body;
                      proxy_temp_path %1$s/proxy;
                      fastcgi_temp_path %1$s/fastcgi;
                      uwsgi_temp_path %1$s/uwsgi;
                      scgi_temp_path %1$s/scgi;
                    """
                        .formatted(directory)));
    // Debian's nginx has its configuration where this one can't be.
    Path bin = makeDirectories(directory);
    Path script =
        Program.script(
            bin.resolve("nginx"),
            "#!/bin/sh\ncase \" $* \" in *' -c '*) ;; *) set -- -c "
                + config
                + " \"$@\" ;; esac\n"
                + "exec "
                + nginx
                + " -e stderr -p "
                + directory
                + " \"$@\"\n");
    return new DocumentedBalancer(example, bin, file, port, Program.of(script.toString()));
  }

  /** That of {@code docs/outputs/haproxy.md}. */
  static DocumentedBalancer haproxy(Path directory, int backends) throws IOException {
    String haproxy = Tools.require("haproxy", "haproxy");
    int port = Programs.freePort();
    DocumentedExample example =
        new DocumentedExample("haproxy", directory)
            .with("8080", Integer.toString(backends))
            .with("8000", Integer.toString(port))
            .with(
                "      reload_command:",
                "      debounce: {min: 50ms, max: 100ms}\n      reload_command:");
    Path config = example.makeRoomFor("/etc/haproxy/haproxy.cfg");
    Files.writeString(
        config, example.block("haproxy").replace("mode http\n", "mode http\n  retries 0\n"));
    String file = "/etc/haproxy/workers.cfg";
    Program program =
        Program.of(
            haproxy,
            "-W",
            "-p",
            example.path("/run/haproxy.pid").toString(),
            "-f",
            config.toString(),
            "-f",
            example.path(file).toString());
    return new DocumentedBalancer(example, makeDirectories(directory), file, port, program);
  }

  private static Path makeDirectories(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("run/rgap"));
    return Files.createDirectories(directory.resolve("bin"));
  }

  /** Starts the listener that keeps its file. */
  RunningProgram listener(Programs programs, String expire) throws Exception {
    return example.listener(programs, expire, bin);
  }

  /** Starts it, when its file is there. */
  RunningProgram start(Programs programs) throws Exception {
    Eventually.see("its file", this::members, text -> text.contains("127.0."));
    return programs.start(program);
  }

  /** The file with the members. */
  Path file() {
    return example.path(file);
  }

  /** What is in it; nothing, while it isn't there. */
  String members() throws IOException {
    return Files.exists(file()) ? Files.readString(file()) : "";
  }

  DocumentedExample example() {
    return example;
  }

  /** Where clients come to. */
  int port() {
    return port;
  }

  /** Whom it reaches; nobody, while it doesn't answer at all. */
  Set<String> reached() {
    try {
      return WebServers.reached(port, 10);
    } catch (IOException e) {
      return Set.of();
    }
  }
}
