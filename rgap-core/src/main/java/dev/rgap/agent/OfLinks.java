package dev.rgap.agent;

import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.HostInterfaces;
import dev.rgap.transport.HostInterfaces.Link;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source of addresses that searches a host's interfaces, and remembers what it found as long as
 * it is told of the very same ones. A value: equal for those that were written in the same way.
 */
abstract class OfLinks implements AddressSource {

  /**
   * What was found.
   *
   * @param missing why that is nothing; null if there is something
   */
  private record Answer(List<Link> links, List<IpAddress> found, @Nullable String missing) {}

  private final String label;
  private final HostInterfaces interfaces;
  private volatile @Nullable Answer last;

  OfLinks(String label, HostInterfaces interfaces) {
    this.label = label;
    this.interfaces = interfaces;
  }

  /** What is announced of these interfaces; nothing if none of it fits. */
  abstract List<IpAddress> search(List<Link> links);

  /** Why nothing of these is. */
  abstract String missing(List<Link> links);

  @Override
  public final List<IpAddress> find() throws IOException {
    List<Link> links = interfaces.links();
    Answer answer = last;
    if (answer == null || !isSame(answer.links, links)) {
      List<IpAddress> found = List.copyOf(search(links));
      answer = new Answer(links, found, found.isEmpty() ? missing(links) : null);
      last = answer;
    }
    if (answer.missing != null) {
      throw new NoAddressException(answer.missing);
    }
    return answer.found;
  }

  /** Not whether they are equal: to find that out would take as long as the search. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(List<Link> some, List<Link> others) {
    return some == others;
  }

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final boolean isQuick() {
    return true;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof OfLinks source
        && label.equals(source.label)
        && interfaces.equals(source.interfaces);
  }

  @Override
  public final int hashCode() {
    return label.hashCode();
  }

  @Override
  public final String toString() {
    return label;
  }
}
