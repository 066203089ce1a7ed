package dev.rgap.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code dig} has printed.
 *
 * @param text all of it
 */
record Dig(String text) {

  /**
   * A line of a section.
   *
   * @param data the last column
   */
  record Rec(String name, int ttl, String dclass, String type, String data) {
    /** One of the data's fields, from 0. */
    String field(int index) {
      return data.split(" ", -1)[index];
    }
  }

  private static final Pattern SERVER = Pattern.compile(";; SERVER: .*\\((UDP|TCP)\\)");
  private static final Pattern SIZE = Pattern.compile(";; MSG SIZE +rcvd: (\\d+)");

  /** Asks a server on this host; the test is skipped if there is no dig. */
  static Dig ask(int port, String... words) throws IOException, InterruptedException {
    return run(command("127.0.0.1", port, words));
  }

  /** Asks a server that may not be there yet; what dig prints then says so. */
  static String tryToAsk(int port, String... words) throws IOException {
    Program once = command("127.0.0.1", port, words).and("+tries=1", "+time=1");
    return new String(once.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Runs a command made by {@link #command}. */
  static Dig run(Program command) throws IOException, InterruptedException {
    return new Dig(command.run());
  }

  static Program command(String server, int port, String... words) {
    List<String> all = new ArrayList<>();
    all.add(Tools.require("dig", "bind9-dnsutils"));
    // -r: without the user's settings.
    all.addAll(List.of("-r", "@" + server, "-p", Integer.toString(port), "+tries=2", "+time=10"));
    all.addAll(Arrays.asList(words));
    return Program.of(all.toArray(String[]::new));
  }

  String status() {
    return find("status: ([A-Z]+),");
  }

  Set<String> flags() {
    return new TreeSet<>(List.of(find(";; flags: ([a-z ]+);").split(" ")));
  }

  /** {@code UDP} or {@code TCP}. */
  String protocol() {
    return find(SERVER.pattern());
  }

  int size() {
    return Integer.parseInt(find(SIZE.pattern()));
  }

  boolean has(String part) {
    return text.contains(part);
  }

  List<Rec> answer() {
    return section("ANSWER");
  }

  List<Rec> authority() {
    return section("AUTHORITY");
  }

  List<Rec> additional() {
    return section("ADDITIONAL");
  }

  /** The last column of the answer. */
  Set<String> data() {
    return answer().stream().map(Rec::data).collect(Collectors.toCollection(TreeSet::new));
  }

  private String find(String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no '" + regex + "' in " + text);
    }
    return matcher.group(1);
  }

  private List<Rec> section(String name) {
    int start = text.indexOf(";; " + name + " SECTION:\n");
    if (start < 0) {
      return List.of();
    }
    Stream<String> lines = text.substring(start).lines().skip(1);
    return lines.takeWhile(line -> !line.isEmpty()).map(Dig::parse).toList();
  }

  private static Rec parse(String line) {
    String[] columns = line.split("\\s+", 5);
    return new Rec(columns[0], Integer.parseInt(columns[1]), columns[2], columns[3], columns[4]);
  }
}
