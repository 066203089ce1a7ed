package dev.rgap.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/**
 * The names that ports have on this host, by services(5). A host without the file knows {@code
 * domain}, which is what a name server may be bound to.
 */
final class ServiceNames {

  private static final Path FILE = Path.of("/etc/services");
  private static final int DOMAIN = 53;

  private ServiceNames() {}

  /** The port of this name, or −1: that of UDP if it has several. */
  static int port(String name) {
    int port = -1;
    try (Reader file = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
      port = port(name, file);
    } catch (IOException e) {
      // As on a host without the file.
    }
    return port < 0 && name.equalsIgnoreCase("domain") ? DOMAIN : port;
  }

  /** The same by the content of such a file. */
  static int port(String name, Reader services) throws IOException {
    String wanted = name.toLowerCase(Locale.ROOT);
    BufferedReader lines = new BufferedReader(services);
    int found = -1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int comment = line.indexOf('#');
      StringTokenizer words = new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
      if (words.countTokens() < 2) {
        continue;
      }
      String official = words.nextToken();
      List<String> number = Arrays.asList(words.nextToken().split("/", 2));
      boolean named = official.toLowerCase(Locale.ROOT).equals(wanted);
      while (!named && words.hasMoreTokens()) {
        named = words.nextToken().toLowerCase(Locale.ROOT).equals(wanted);
      }
      int port = named ? Endpoint.portNumber(number.getFirst()) : -1;
      if (port >= 0 && number.getLast().equals("udp")) {
        return port;
      }
      found = found < 0 ? port : found;
    }
    return found;
  }
}
