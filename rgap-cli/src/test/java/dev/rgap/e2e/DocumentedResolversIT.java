package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Resolvers with the configurations that the output's documentation shows. */
@Execution(ExecutionMode.CONCURRENT)
class DocumentedResolversIT {

  private static final String SERVICE = "_http._tcp." + NameServer.NAME;
  private static final String MAPPINGS =
      "mappings: {worker.example.com: {group: 1000}, " + SERVICE + ": {group: 1000, port: 8080}}";
  private static final String ZONE = "zone: {name: example.com, nameservers: [ns1.example.net]}";

  @AutoClose private final Programs programs = new Programs();
  @TempDir private Path directory;

  private NameServer server(String expire, String... spec) throws Exception {
    return NameServer.start(programs, directory, expire, spec);
  }

  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  void followsTheMembers(DocumentedResolver resolver) throws Exception {
    try (NameServer server = server("2s", MAPPINGS, ZONE, "negative_ttl: 1s")) {
      followsTheMembers(server, resolver.start(programs, directory, server));
    }
  }

  /** Each name is a zone then, below which the resolver looks for delegations. */
  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  void followsTheMembersWithoutAZone(DocumentedResolver resolver) throws Exception {
    try (NameServer server = server("2s", MAPPINGS, "negative_ttl: 1s")) {
      followsTheMembers(server, resolver.start(programs, directory, server));
    }
  }

  private static void followsTheMembers(NameServer server, int port) throws Exception {
    awaitAnswer(port, "A");
    server.join("10.0.0.1", "10.0.0.2", "2001:db8::1:1");
    awaitAnswer(port, "A", "10.0.0.1", "10.0.0.2");
    awaitAnswer(port, "AAAA", "2001:db8::1:1");
    Dig services = Dig.ask(port, SERVICE, "SRV");
    assertThat(services.answer()).hasSize(3);
    String target = services.answer().stream().map(rec -> rec.field(3)).sorted().toList().get(0);
    assertThat(Dig.ask(port, target).data()).isEqualTo(DnsClient.set("10.0.0.1"));
    assertThat(Dig.ask(port, "no.such." + NameServer.NAME).status()).isEqualTo("NXDOMAIN");
    server.leave("10.0.0.1");
    server.join("10.0.0.3");
    awaitAnswer(port, "A", "10.0.0.2", "10.0.0.3");
    server.leave("10.0.0.2", "10.0.0.3");
    awaitAnswer(port, "A");
  }

  private static void awaitAnswer(int port, String type, String... addresses) throws Exception {
    Eventually.equal(
        () -> {
          Dig dig = Dig.ask(port, NameServer.NAME, type);
          return dig.status() + " " + dig.data();
        },
        "NOERROR " + new TreeSet<>(Arrays.asList(addresses)));
  }

  /** Some keep SERVFAIL for a minute unless they are told otherwise. */
  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  void answersSoonAfterAGroupHasBecomeReady(DocumentedResolver resolver) throws Exception {
    try (NameServer server = server("1m, readiness_delay: 10s", MAPPINGS, ZONE)) {
      int port = resolver.start(programs, directory, server);
      assertThat(Dig.ask(port, NameServer.NAME).status()).isEqualTo("SERVFAIL");
      awaitAnswer(port, "A");
    }
  }

  @Test
  void bindTakesHundredRecords() throws Exception {
    assertThat(statusWith(DocumentedResolver.BIND_FORWARD, 101)).isEqualTo("SERVFAIL 0");
  }

  @Test
  void bindTakesAPartOfMore() throws Exception {
    assertThat(statusWith(DocumentedResolver.BIND_FORWARD, 101, "max_answers: 100"))
        .isEqualTo("NOERROR 100");
  }

  @Test
  void powerDnsTakes256Records() throws Exception {
    assertThat(statusWith(DocumentedResolver.POWERDNS, 257)).isEqualTo("SERVFAIL 0");
  }

  @Test
  void powerDnsTakesNoAnswerWithoutRecordsThatIsNotAuthoritative() throws Exception {
    assertThat(negative(DocumentedResolver.POWERDNS)).isEqualTo("NOERROR 1, SERVFAIL, NXDOMAIN");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "POWERDNS")
  void othersTakeAnyAnswerThatIsNotAuthoritative(DocumentedResolver resolver) throws Exception {
    assertThat(negative(resolver)).isEqualTo("NOERROR 1, NOERROR, NXDOMAIN");
  }

  private String negative(DocumentedResolver resolver) throws Exception {
    try (NameServer server = server("1m", MAPPINGS, ZONE, "non_authoritative: true")) {
      server.join("10.0.0.1");
      int port = resolver.start(programs, directory, server);
      Dig addresses = Dig.ask(port, NameServer.NAME);
      return "%s %d, %s, %s"
          .formatted(
              addresses.status(),
              addresses.answer().size(),
              Dig.ask(port, NameServer.NAME, "AAAA").status(),
              Dig.ask(port, "no." + NameServer.NAME).status());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"BIND_FORWARD", "BIND_STATIC_STUB"})
  void othersTakeManyRecords(DocumentedResolver resolver) throws Exception {
    assertThat(statusWith(resolver, 256)).isEqualTo("NOERROR 256");
  }

  private String statusWith(DocumentedResolver resolver, int members, String... more)
      throws Exception {
    List<String> spec = new ArrayList<>(List.of(MAPPINGS, ZONE));
    spec.addAll(Arrays.asList(more));
    try (NameServer server = server("1m", spec.toArray(String[]::new))) {
      server.join(NameServer.many(members));
      Dig dig = Dig.ask(resolver.start(programs, directory, server), NameServer.NAME);
      return dig.status() + " " + dig.answer().size();
    }
  }
}
