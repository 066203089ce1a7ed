package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A resolver of others with what the output's documentation tells to configure, on a free port of
 * 127.0.0.1. None of them sends anything to other hosts: for all names but ours they ask an address
 * of this host at which nobody answers.
 */
enum DocumentedResolver {
  BIND_FORWARD("BIND", 0) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      return named(this, programs, own, port, server, more);
    }
  },

  BIND_STATIC_STUB("BIND", 1) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      // It asks others at the port that is its own by default.
      return named(this, programs, own, port, server, "port " + server.port() + ";\n  " + more);
    }

    @Override
    String snippet(NameServer server) throws IOException {
      return super.snippet(server).replace("192.0.2.53", "127.0.0.1");
    }
  },

  UNBOUND("unbound", 0) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      String program = Tools.require("unbound", "unbound");
      Path config =
          Programs.config(
              own,
              """
              server:
                interface: 127.0.0.1
                port: %d
                directory: "%s"
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                root-hints: "%s"
                private-address: 10.0.0.0/8
                private-address: 2001:db8::/32
                %s
              remote-control:
                control-enable: no
              %s
              """
                  .formatted(port, own, rootHints(own), more, snippet(server)));
      RunningProgram unbound = programs.start(Program.of(program, "-d", "-c", config.toString()));
      unbound.log().await("start of service");
      return unbound;
    }
  },

  POWERDNS("PowerDNS Recursor", 0) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      String program = Tools.require("pdns_recursor", "pdns-recursor");
      Path anchors = Files.writeString(own.resolve("rgap.lua"), snippet("PowerDNS Recursor", 1));
      Files.writeString(
          own.resolve("recursor.conf"),
          """
          local-address=127.0.0.1
          local-port=%d
          daemon=no
          socket-dir=%s
          hint-file=%s
          security-poll-suffix=
          loglevel=5
          %s
          %s
          """
              .formatted(port, own, rootHints(own), more, snippet(server))
              .replace("/etc/powerdns/rgap.lua", anchors.toString()));
      return programs.start(Program.of(program, "--config-dir=" + own));
    }
  },

  KNOT("Knot Resolver", 0) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      String program = Tools.require("kresd", "knot-resolver");
      Path config =
          Files.writeString(
              own.resolve("kresd.conf"),
              """
              net.listen('127.0.0.1', %d)
              modules = {'hints > iterate'}
              cache.size = 10 * MB
              hints.root({['nobody.test.'] = '127.0.0.9'})
              %s
              %s
              """
                  .formatted(port, more, snippet(server)));
      return programs.start(Program.of(program, "-n", "-c", config.toString(), own.toString()));
    }
  },

  DNSMASQ("dnsmasq", 0) {
    @Override
    RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
        throws Exception {
      String program = Tools.require("dnsmasq", "dnsmasq-base");
      Path config =
          Files.writeString(
              own.resolve("dnsmasq.conf"),
              """
              user=
              no-resolv
              no-hosts
              bind-interfaces
              listen-address=127.0.0.1
              port=%d
              stop-dns-rebind
              %s
              %s
              """
                  .formatted(port, more, snippet(server)));
      RunningProgram dnsmasq =
          programs.start(
              Program.of(
                  program, "-k", "--conf-file=" + config, "--pid-file=", "--log-facility=-"));
      dnsmasq.log().await("started, ");
      return dnsmasq;
    }
  };

  private static final Path PAGE =
      Path.of("..", "rgap-outputs/src/main/java/dev/rgap/outputs/dns/README.md");
  private static final String DOCUMENTED_PORT = "5300";

  private final String heading;
  private final int number;

  DocumentedResolver(String heading, int number) {
    this.heading = heading;
    this.number = number;
  }

  abstract RunningProgram run(Programs programs, Path own, int port, NameServer server, String more)
      throws Exception;

  /**
   * Starts it and waits until it answers.
   *
   * @param more lines of its configuration besides what is documented
   * @return its port
   */
  int start(Programs programs, Path directory, NameServer server, String... more) throws Exception {
    Path own = Files.createDirectory(directory.resolve(name()));
    int port = Programs.freePort();
    RunningProgram resolver = run(programs, own, port, server, String.join("\n", more));
    String _ =
        Eventually.see(
            name() + " answers",
            () -> {
              assertThat(resolver.process().isAlive()).as(resolver::describe).isTrue();
              return Dig.tryToAsk(port, NameServer.NAME);
            },
            text -> text.contains("status: "));
    return port;
  }

  /** What is documented, with the server's port. */
  String snippet(NameServer server) throws IOException {
    return snippet(heading, number).replace(DOCUMENTED_PORT, String.valueOf(server.port()));
  }

  /** A block of code under a heading, counted from 0. */
  static String snippet(String heading, int number) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("\n### " + heading + "\n");
    assertThat(begin).as("the heading %s", heading).isNotNegative();
    int end = page.indexOf("\n##", begin + 1);
    return Pattern.compile("```\n(.*?)```", Pattern.DOTALL)
        .matcher(page.substring(begin, end))
        .results()
        .map((MatchResult block) -> block.group(1))
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  private static RunningProgram named(
      DocumentedResolver kind,
      Programs programs,
      Path own,
      int port,
      NameServer server,
      String more)
      throws Exception {
    String program = Tools.require("named", "bind9");
    String options =
        """
        options {
          directory "%s";
          pid-file none;
          lock-file none;
          session-keyfile none;
          listen-on port %d { 127.0.0.1; };
          listen-on-v6 { none; };
          %s
        """
            .formatted(own, port, more);
    Path config =
        Programs.config(
            own,
            kind.snippet(server).replace("options {\n", options)
                + "zone \".\" { type hint; file \"%s\"; };\n".formatted(rootHints(own))
                + "controls {};\n");
    RunningProgram named = programs.start(Program.of(program, "-g", "-c", config.toString()));
    named.log().await("running$");
    return named;
  }

  /** Root servers that are nobody, at an address of this host. */
  private static Path rootHints(Path own) throws IOException {
    Path hints =
        Files.writeString(
            own.resolve("root.hints"),
            """
            .             3600000 NS nobody.test.
            nobody.test.  3600000 A  127.0.0.9
            """);
    Files.setPosixFilePermissions(hints, PosixFilePermissions.fromString("rw-r--r--"));
    return hints;
  }
}
