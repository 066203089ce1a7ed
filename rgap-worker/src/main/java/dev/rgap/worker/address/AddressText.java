package dev.rgap.worker.address;

import dev.rgap.agent.AddressChoice;
import dev.rgap.agent.NoAddressException;
import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Addresses in a text of others. */
final class AddressText {

  /** As many are looked at: more than anybody chooses from. */
  private static final int MOST = 64;

  private AddressText() {}

  /**
   * The addresses of a text that has nothing else, with blanks, line ends or commas between them.
   *
   * @return null if there is something else
   */
  static @Nullable List<IpAddress> parse(String text) {
    List<IpAddress> addresses = new ArrayList<>();
    StringTokenizer words = new StringTokenizer(text, " \t\r\n,");
    while (words.hasMoreTokens() && addresses.size() < MOST) {
      try {
        addresses.add(IpAddress.parse(words.nextToken()));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return addresses;
  }

  /**
   * Those that are announced.
   *
   * @param what what the addresses were in, for people
   * @throws NoAddressException if there are none
   */
  static List<IpAddress> chosen(AddressChoice choice, List<IpAddress> found, String what)
      throws NoAddressException {
    if (found.isEmpty()) {
      throw new NoAddressException(what + " has no address");
    }
    List<IpAddress> chosen = choice.ofAddresses(found);
    if (chosen.isEmpty()) {
      throw new NoAddressException(what + " has no address that fits (there is: " + found + ")");
    }
    return chosen;
  }
}
