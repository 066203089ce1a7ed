package dev.rgap.worker.config;

import static java.util.stream.Collectors.joining;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.AddressSources;
import dev.rgap.agent.NoAddressException;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What this host sends from to all destinations, if that is the same for all: what is announced
 * where nothing else is said.
 */
final class RoutedAddress implements AddressSource {

  private final List<AddressSource> routes;

  /** Asks nobody yet. */
  RoutedAddress(List<Endpoint> destinations) {
    routes =
        destinations.stream()
            .map(Endpoint::host)
            .map(host -> host.isEmpty() ? "localhost" : host) // as it is sent to
            .distinct()
            .map(host -> AddressSources.parse("route:" + host))
            .toList();
  }

  /** Those that can't be told don't count, as long as there is one that can. */
  @Override
  public List<IpAddress> find() throws IOException {
    Set<List<IpAddress>> answers = new LinkedHashSet<>();
    IOException failure = null;
    for (AddressSource route : routes) {
      try {
        answers.add(route.find());
      } catch (IOException e) {
        failure = e;
      }
    }
    if (answers.size() > 1) {
      throw new NoAddressException(
          "the destinations are reached from several addresses: "
              + answers.stream()
                  .flatMap(List::stream)
                  .map(IpAddress::toString)
                  .collect(joining(", "))
              + "; say by 'address' which to announce");
    }
    if (answers.isEmpty()) {
      throw failure != null ? failure : new NoAddressException("there is no destination");
    }
    return answers.iterator().next();
  }

  @Override
  public String label() {
    return routes.stream().map(AddressSource::label).collect(joining(", "));
  }
}
