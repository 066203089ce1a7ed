package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.rgap.transport.Endpoint.ByNetwork;
import dev.rgap.transport.Endpoint.InterfaceSelector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * The network interface on which a multicast group is to be joined.
 *
 * <p>One that works is kept, whatever appears beside it: a route that another one takes over, as
 * VPNs do, or a bridge of a container engine, moves nothing. Where none is configured, the first
 * choice is the group's <em>home</em>: should it be down or gone, another one serves meanwhile, and
 * it is returned to. A choice that no route has made is a guess, which the first route corrects.
 *
 * <p>Safe for use by several threads.
 */
final class GroupInterface {

  private final @Nullable InterfaceSelector via;
  private final InetAddress group;

  @GuardedBy("this")
  private @Nullable String home;

  @GuardedBy("this")
  private boolean guessed;

  GroupInterface(@Nullable InterfaceSelector via, InetAddress group) {
    this.via = via;
    this.group = group;
  }

  /**
   * The interface to be on now.
   *
   * @param current the one that it was joined on, if it was
   * @throws IOException if there is none; the message says why
   */
  synchronized NetworkInterface choose(@Nullable NetworkInterface current) throws IOException {
    if (via instanceof ByNetwork byNetwork) {
      NetworkInterface same = current == null ? null : Interfaces.same(current);
      return same != null && Interfaces.isIn(byNetwork.network(), same)
          ? same
          : Interfaces.select(byNetwork);
    }
    return via == null ? systems(current) : Interfaces.select(via);
  }

  /** The group that it is the interface of. */
  InetAddress group() {
    return group;
  }

  /** Whether the system chose, and not the configuration. */
  boolean isSystems() {
    return via == null;
  }

  @GuardedBy("this")
  private NetworkInterface systems(@Nullable NetworkInterface current) throws IOException {
    if (home == null) {
      NetworkInterface routed = Interfaces.routedTo(group);
      return settle(routed == null ? Interfaces.anyFor(group) : routed, routed == null);
    }
    NetworkInterface usual = NetworkInterface.getByName(home);
    if (usual != null && usual.isUp()) {
      return guessed ? corrected(usual) : usual;
    }
    NetworkInterface same = current == null ? null : Interfaces.same(current);
    if (same != null && same.isUp()) {
      return same;
    }
    NetworkInterface routed = Interfaces.routedTo(group);
    NetworkInterface other = routed == null ? Interfaces.anyFor(group) : routed;
    if (other.isLoopback()) {
      throw new SocketException("interface " + home + " is down or gone, and no other one is up");
    }
    return other;
  }

  @GuardedBy("this")
  private NetworkInterface corrected(NetworkInterface usual) throws IOException {
    NetworkInterface routed = Interfaces.routedTo(group);
    if (routed != null && routed.isUp() && !routed.isPointToPoint()) {
      return settle(routed, false);
    }
    return usual.isLoopback() ? settle(Interfaces.anyFor(group), true) : usual;
  }

  @GuardedBy("this")
  private NetworkInterface settle(NetworkInterface on, boolean guess) {
    home = on.getName();
    guessed = guess;
    return on;
  }
}
