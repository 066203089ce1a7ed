package dev.rgap.agent;

import dev.rgap.api.InternalApi;
import dev.rgap.protocol.IpAddress;
import dev.rgap.transport.HostInterfaces.Held;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of several addresses are announced: the first of IPv4, or the first of IPv6 if there is
 * none; of those that other hosts can reach and that last.
 *
 * @param ipv4 whether it may be one of IPv4
 * @param ipv6 whether it may be one of IPv6
 * @param each whether one of each is announced
 * @param temporary whether temporary addresses of IPv6 are wanted as well
 * @param deprecated whether deprecated ones are
 * @param linkLocal whether those are that only the next hosts can reach
 */
@InternalApi
public record AddressChoice(
    boolean ipv4,
    boolean ipv6,
    boolean each,
    boolean temporary,
    boolean deprecated,
    boolean linkLocal) {

  private static final String OPTIONS =
      "; there are family=ipv4, family=ipv6, family=both, temporary=yes, deprecated=yes and"
          + " link-local=yes";

  private static final String FAMILIES = "; there are family=ipv4, family=ipv6 and family=both";

  /** Without any option. */
  public static final AddressChoice DEFAULT =
      new AddressChoice(true, true, false, false, false, false);

  /**
   * Reads options such as {@code family=ipv6,temporary=yes}.
   *
   * @throws IllegalArgumentException if there is another one
   */
  public static AddressChoice parse(String options) {
    AddressChoice choice = DEFAULT;
    for (String option : options.split(",", -1)) {
      choice =
          switch (option) {
            case "family=ipv4" -> choice.ofFamilies(true, false);
            case "family=ipv6" -> choice.ofFamilies(false, true);
            case "family=both" -> choice.ofFamilies(true, true);
            case "temporary=yes" ->
                new AddressChoice(
                    choice.ipv4,
                    choice.ipv6,
                    choice.each,
                    true,
                    choice.deprecated,
                    choice.linkLocal);
            case "deprecated=yes" ->
                new AddressChoice(
                    choice.ipv4,
                    choice.ipv6,
                    choice.each,
                    choice.temporary,
                    true,
                    choice.linkLocal);
            case "link-local=yes" ->
                new AddressChoice(
                    choice.ipv4,
                    choice.ipv6,
                    choice.each,
                    choice.temporary,
                    choice.deprecated,
                    true);
            default ->
                throw new IllegalArgumentException("'" + option + "' is no option" + OPTIONS);
          };
    }
    return choice;
  }

  /**
   * Reads options of which only families make sense, such as {@code family=ipv6}.
   *
   * @throws IllegalArgumentException if there is another one
   */
  public static AddressChoice parseFamily(String options) {
    AddressChoice choice = DEFAULT;
    for (String option : options.split(",", -1)) {
      if (!option.startsWith("family=")) {
        throw new IllegalArgumentException("'" + option + "' is no option here" + FAMILIES);
      }
      choice = parse(option);
    }
    return choice;
  }

  private AddressChoice ofFamilies(boolean four, boolean six) {
    return new AddressChoice(four, six, four && six, temporary, deprecated, linkLocal);
  }

  /** The addresses that are announced, of these in their order; at most two. */
  public List<IpAddress> of(List<Held> held) {
    IpAddress four = ipv4 ? first(held, true) : null;
    IpAddress six = ipv6 && (each || four == null) ? first(held, false) : null;
    List<IpAddress> chosen = new ArrayList<>(2);
    if (four != null) {
      chosen.add(four);
    }
    if (six != null) {
      chosen.add(six);
    }
    return chosen;
  }

  /** The same of addresses of which nothing else is known. */
  public List<IpAddress> ofAddresses(List<IpAddress> addresses) {
    List<Held> held = new ArrayList<>(addresses.size());
    for (IpAddress address : addresses) {
      held.add(new Held(address));
    }
    return of(held);
  }

  private @Nullable IpAddress first(List<Held> held, boolean isIpv4) {
    for (Held candidate : held) {
      if (candidate.address().isIpv4() == isIpv4 && isWanted(candidate)) {
        return candidate.address();
      }
    }
    return null;
  }

  private boolean isWanted(Held held) {
    return !held.tentative()
        && (temporary || !held.temporary())
        && (deprecated || !held.deprecated())
        && (linkLocal || !isLinkLocal(held.address()));
  }

  private static boolean isLinkLocal(IpAddress address) {
    return address.toInetAddress().isLinkLocalAddress();
  }
}
