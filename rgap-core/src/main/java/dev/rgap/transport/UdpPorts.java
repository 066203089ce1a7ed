package dev.rgap.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binds the sockets of one listener so that those of one port stand side by side, and nobody else
 * gets between them.
 *
 * <pre>
 *   socket of             bound to                          may be shared with other programs
 *   an address            the address                       no
 *   all addresses         all addresses                     no
 *   a multicast group     all addresses, if it is alone     yes: several listeners on a host
 *   "                     the group, beside one of the      yes, as far as the group goes
 *                         above or another program on the
 *                         same port
 * </pre>
 *
 * <p>What a socket may be shared with is decided by the system when one is bound. So sockets of all
 * addresses can be shared while one of ours is bound beside them, and only then; who has come in at
 * this moment is found afterwards.
 *
 * <p>Linux hands multicast to the sockets that have joined the group, since the JDK switches {@code
 * IP_MULTICAST_ALL} off, and all else to the socket with the most specific address: nothing is
 * received twice.
 */
final class UdpPorts {

  /** A socket that is bound; given back when it is closed. */
  final class Held {
    private final DatagramChannel channel;
    private final InetSocketAddress address;
    private final int port;
    private final boolean group;
    private final boolean wide;
    private final boolean besideOthers;
    private final boolean v6;

    /** The system's number for it; 0 until it was looked up, with the lock held. */
    private long inode;

    private volatile @Nullable Runnable reopen;

    private Held(DatagramChannel channel, boolean group, boolean wide, boolean besideOthers)
        throws IOException {
      this.channel = channel;
      this.port = port(channel);
      this.group = group;
      this.wide = wide;
      this.besideOthers = besideOthers;
      this.address =
          channel.getLocalAddress() instanceof InetSocketAddress local
              ? local
              : new InetSocketAddress(0);
      this.v6 = address.getAddress() instanceof Inet6Address;
    }

    /** Whether another program keeps it from hearing more than its group. */
    boolean isBesideOthers() {
      return besideOthers;
    }

    /** Whether it would be bound to something else if it were bound now. */
    boolean isMisplaced() {
      synchronized (lock) {
        return group
            && (besideOthers
                ? tables.socketsAt(port) == heldAt(port)
                : wide != (isFree(port) && !isCovered(this, port, v6)));
      }
    }

    /** How many datagrams the system has dropped for want of room; negative if it doesn't say. */
    long drops() {
      synchronized (lock) {
        if (!held.contains(this)) {
          return -1; // what is at the address now is another one
        }
        for (ProcNet.BoundSocket socket : tables.socketsBoundTo(address, v6)) {
          if (inode == 0 ? isOurs(socket.inode()) : socket.inode() == inode) {
            inode = socket.inode();
            return socket.drops();
          }
        }
        return -1;
      }
    }

    /**
     * Whether it may be this socket, as it is none of others. Of several sources on one multicast
     * group, at different interfaces, one takes that of another: they are the same for the system.
     */
    @GuardedBy("lock")
    private boolean isOurs(long found) {
      for (Held other : held) {
        if (other.inode == found) {
          return false;
        }
      }
      return tables.isOwn(found);
    }

    /** Calls back when this has become misplaced. */
    void whenMisplaced(Runnable callback) {
      reopen = callback;
    }

    /** After it was closed. */
    void giveBack() {
      synchronized (lock) {
        held.remove(this);
      }
    }
  }

  private final ProcNet tables;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Held> held = new ArrayList<>();

  UdpPorts() {
    this(ProcNet.HOST);
  }

  UdpPorts(ProcNet tables) {
    this.tables = tables;
  }

  /** Binds a socket that is not to be shared with anybody. */
  Held bindAlone(DatagramChannel channel, InetSocketAddress address) throws IOException {
    List<Runnable> misplaced = new ArrayList<>();
    Held bound;
    synchronized (lock) {
      try {
        channel.bind(address);
      } catch (BindException e) {
        if (groupsAt(address.getPort()).isEmpty()) {
          throw e;
        }
        share(channel, true);
        channel.bind(address);
        share(channel, false);
        requireNobodyElse(address.getPort(), e);
      }
      bound = new Held(channel, false, false, false);
      held.add(bound);
      for (Held group : groupsAt(bound.port)) {
        Runnable reopen = group.reopen;
        if (group.wide && reopen != null) {
          misplaced.add(reopen);
        }
      }
    }
    misplaced.forEach(Runnable::run);
    return bound;
  }

  /**
   * Binds a socket for a multicast group.
   *
   * @param group its address and port
   * @param everything all addresses of the group's family, and the same port
   */
  Held bindGroup(DatagramChannel channel, InetSocketAddress group, InetSocketAddress everything)
      throws IOException {
    boolean v6 = group.getAddress() instanceof Inet6Address;
    List<Runnable> misplaced = new ArrayList<>();
    Held bound;
    synchronized (lock) {
      share(channel, true);
      List<Held> alone = aloneAt(group.getPort());
      boolean wide = false;
      boolean others = false;
      if (!alone.isEmpty()) {
        bindBeside(channel, group, alone);
      } else if (isCovered(null, group.getPort(), v6)) {
        channel.bind(group);
      } else {
        // Another program that hears what is sent to this host goes on doing so.
        others =
            group.getPort() != 0 && tables.socketsAt(group.getPort()) > heldAt(group.getPort());
        try {
          channel.bind(others ? group : everything);
        } catch (BindException e) {
          if (others) {
            throw e;
          }
          others = true;
          channel.bind(group);
        }
        wide = !others;
      }
      bound = new Held(channel, true, wide, others);
      held.add(bound);
      for (Held other : groupsAt(bound.port)) {
        Runnable reopen = other.reopen;
        if (other.wide && reopen != null && isCovered(other, other.port, other.v6)) {
          misplaced.add(reopen);
        }
      }
    }
    misplaced.forEach(Runnable::run);
    return bound;
  }

  /**
   * Whether another group's socket hears what is sent to the host: of two, each would get all
   * broadcasts. One of IPv6 hears both families, and so comes before one of IPv4.
   */
  @GuardedBy("lock")
  private boolean isCovered(@Nullable Held one, int port, boolean v6) {
    boolean wide = one != null && one.wide;
    for (Held other : groupsAt(port)) {
      if (!other.equals(one) && other.wide && (wide ? other.v6 && !v6 : other.v6 || !v6)) {
        return true;
      }
    }
    return false;
  }

  @GuardedBy("lock")
  private void bindBeside(DatagramChannel channel, InetSocketAddress group, List<Held> alone)
      throws IOException {
    try {
      channel.bind(group);
    } catch (BindException e) {
      try {
        for (Held each : alone) {
          share(each.channel, true);
        }
        channel.bind(group);
      } finally {
        for (Held each : alone) {
          share(each.channel, false);
        }
      }
      requireNobodyElse(group.getPort(), e);
    }
  }

  /** Called with one socket more open than are held. */
  @GuardedBy("lock")
  private void requireNobodyElse(int port, BindException otherwise) throws BindException {
    if (tables.socketsAt(port) > heldAt(port) + 1) {
      throw otherwise;
    }
  }

  private static void share(DatagramChannel channel, boolean shared) throws IOException {
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
    } catch (ClosedChannelException e) {
      // It has been closed meanwhile, and holds no port any more.
    }
  }

  @GuardedBy("lock")
  private int heldAt(int port) {
    return aloneAt(port).size() + groupsAt(port).size();
  }

  /** Whether there is nothing at a port but groups, if that. */
  @GuardedBy("lock")
  private boolean isFree(int port) {
    return aloneAt(port).isEmpty();
  }

  @GuardedBy("lock")
  private List<Held> aloneAt(int port) {
    return at(port, false);
  }

  @GuardedBy("lock")
  private List<Held> groupsAt(int port) {
    return at(port, true);
  }

  @GuardedBy("lock")
  private List<Held> at(int port, boolean group) {
    List<Held> found = new ArrayList<>();
    for (Held each : held) {
      if (each.port == port && each.group == group) {
        found.add(each);
      }
    }
    return found;
  }

  private static int port(DatagramChannel channel) throws IOException {
    return channel.getLocalAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
  }
}
