package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running listener is asked by TLS. */
class HttpsIT {

  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;
  private int udp;
  private int tcp;

  @BeforeEach
  void choosePorts() throws Exception {
    udp = Programs.freePort();
    tcp = Programs.freePort();
  }

  private Path certificate(String name, String kind) throws Exception {
    return Certificates.make(directory, name, kind);
  }

  /** Puts it in the place of the one that is in use. */
  private void use(String name) throws Exception {
    for (String suffix : new String[] {".crt", ".key"}) {
      Files.copy(
          directory.resolve(name + suffix),
          directory.resolve("http" + suffix),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private RunningProgram listener() throws Exception {
    Programs.keyFile(directory.resolve("token"), TOKEN);
    Path config =
        Programs.config(
            directory,
            """
            listen: ["127.0.0.1:%d"]
            groups: [{id: 1000, psk: %s, expire: 10m}]
            outputs: [{kind: eventlog}]
            http:
              listen: [":%d"]
              token_file: token
              tls: {certificate_file: http.crt, key_file: http.key}
            """
                .formatted(udp, programs.key, tcp));
    return programs.listener(config);
  }

  private Program curl(Path authority, String path) {
    return Program.of(Tools.require("curl", "curl"), "-sS", "--cacert", authority.toString())
        .and("-H", "Authorization: Bearer " + TOKEN, "https://localhost:" + tcp + path);
  }

  private Program members(Path authority, String host) {
    return Program.rgap("members", "1000", "--url", "https://" + host + ":" + tcp)
        .and("--token-file", directory.resolve("token").toString())
        .and("--ca-file", authority.toString());
  }

  private RunningProgram reload(RunningProgram listener) {
    return programs.rgap("reload", Long.toString(listener.process().pid()));
  }

  @Test
  void aRenewedCertificateIsTakenWhileClientsGoOn() throws Exception {
    Path first = certificate("first", "rsa");
    Path renewed = certificate("renewed", "ec");
    use("first");
    RunningProgram listener = listener();
    assertThat(curl(first, "/v1/groups/1000/lines").run()).isEmpty();
    assertThat(listener.log().matching("WARN|ERROR")).isEmpty();
    RunningProgram waiting = programs.start(curl(first, "/v1/groups/1000?wait=5m&index=0"));

    use("renewed");
    reload(listener).expectExit(0);

    programs.start(curl(first, "/v1/groups")).expectExit(60); // another one's certificate
    programs.announce("192.0.2.1", "-d", "127.0.0.1:" + udp);
    assertThat(curl(renewed, "/v1/groups/1000/lines").run()).isEqualTo("192.0.2.1\n");
    waiting.out().await("192.0.2.1");
    waiting.expectExit(0);

    assertThat(programs.start(members(renewed, "localhost")).expectExit(0).out().all())
        .containsExactly("192.0.2.1");
    programs
        .start(members(first, "localhost"))
        .expectExit(1)
        .log()
        .await("can't show that it is localhost.*--ca-file can name");
    programs
        .start(members(renewed, "127.0.0.1"))
        .expectExit(1)
        .log()
        .await("can't show that it is 127.0.0.1");
  }

  @Test
  void aCertificateThatDoesNotFitItsKeyChangesNothing() throws Exception {
    Path first = certificate("first", "ec");
    Path _ = certificate("other", "ec");
    use("first");
    RunningProgram listener = listener();

    Files.copy(
        directory.resolve("other.key"),
        directory.resolve("http.key"),
        StandardCopyOption.REPLACE_EXISTING);
    reload(listener)
        .expectExit(1)
        .out()
        .await("rgap.yaml:7:\\d+: http.tls.key_file: .*http.key: this is the key of another");

    assertThat(curl(first, "/v1/groups/1000/lines").run()).isEmpty();
  }
}
