package dev.rgap.transport;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import org.jspecify.annotations.Nullable;

/**
 * A socket's membership of a multicast group, which is looked after: the kernel ends it without a
 * word when the interface goes, also where one with the same name and index comes back.
 */
final class Joined {

  private static final System.Logger LOG = System.getLogger(Joined.class.getName());

  private final Endpoint endpoint;
  private final DatagramChannel channel;
  private final InetAddress group;
  private final GroupInterface place;
  private final ProcNet tables = ProcNet.HOST;

  private NetworkInterface on;
  private MembershipKey key;

  /** Whether the kernel lists it, so that it can be seen when it is not there any more. */
  private boolean listed;

  private Joined(
      Endpoint endpoint,
      DatagramChannel channel,
      InetAddress group,
      GroupInterface place,
      NetworkInterface on)
      throws IOException {
    this.endpoint = endpoint;
    this.channel = channel;
    this.group = group;
    this.place = place;
    this.on = on;
    this.key = channel.join(group, on);
    this.listed = tables.joined(group, on.getIndex()) == ProcNet.Known.YES;
  }

  /** Joins a group. */
  static Joined join(
      Endpoint endpoint,
      DatagramChannel channel,
      InetAddress group,
      GroupInterface place,
      NetworkInterface on)
      throws IOException {
    Joined joined = new Joined(endpoint, channel, group, place, on);
    joined.sayWhere();
    return joined;
  }

  private void sayWhere() {
    if (!listed && tables.joined(group, on.getIndex()) == ProcNet.Known.NO) {
      LOG.log(
          Level.WARNING,
          "{0}: the group was to be joined on {1}, but the system has joined it on another"
              + " interface (does one have the same address?)",
          endpoint,
          describe(on));
      return;
    }
    LOG.log(
        Level.INFO,
        "{0}: the group is joined on interface {1}{2}",
        endpoint,
        describe(on),
        place.isSystems() ? ", the system's choice; @INTERFACE after the address chooses one" : "");
  }

  /**
   * Sees that the group is joined where it should be.
   *
   * @return what is wrong for now; null if nothing is
   * @throws IOException if the socket is to be opened anew
   */
  @Nullable String check() throws IOException {
    NetworkInterface now;
    try {
      now = place.choose(on);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
    if (Interfaces.addressFor(group, now) == null) {
      return "interface " + now.getName() + " has no address of the group's family";
    }
    // An interface that was deleted and made again has another index; the kernel has forgotten
    // this socket's membership with the old one.
    if (now.getIndex() != on.getIndex()) {
      rejoin(
          now,
          "the multicast group is now reached by interface "
              + describe(now)
              + ", it was joined on "
              + describe(on));
    } else if (listed && tables.joined(group, on.getIndex()) == ProcNet.Known.NO) {
      rejoin(now, "the system had dropped the multicast group on interface " + describe(on));
    }
    return null;
  }

  private void rejoin(NetworkInterface now, String why) throws IOException {
    try {
      key.drop();
      key = channel.join(group, now);
    } catch (IOException | RuntimeException | AssertionError e) {
      // What the JDK throws where the kernel knows nothing of the membership that it is to end.
      throw new IOException(why, e);
    }
    on = now;
    listed = tables.joined(group, on.getIndex()) == ProcNet.Known.YES;
    LOG.log(Level.INFO, "{0}: {1}; joined anew", endpoint, why);
    sayWhere();
  }

  private static String describe(NetworkInterface networkInterface) {
    return networkInterface.getName() + " (index " + networkInterface.getIndex() + ")";
  }
}
