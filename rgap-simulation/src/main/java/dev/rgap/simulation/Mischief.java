package dev.rgap.simulation;

import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.AnnouncedState;
import dev.rgap.protocol.Announcement;
import dev.rgap.protocol.AnnouncementSigner;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import java.util.List;
import java.util.SplittableRandom;

/** What those send who mean no good: with copies, without a key, with another one, with the key. */
final class Mischief {

  private static final String WHO = "stranger";
  private static final List<AnnouncedState> STATES = List.of(AnnouncedState.values());
  private static final long OFTEN = 200_000_000L;

  private final World world;
  private final AnnouncementSigner signer = new AnnouncementSigner();

  Mischief(World world) {
    this.world = world;
  }

  private void send(Site to, byte[] datagram) {
    world.network().send(WHO, to.name(), List.of(datagram));
  }

  /** Copies of what was sent, again and again. */
  void replay(Site to, SplittableRandom with, long nanos) {
    world.repeat(
        nanos,
        OFTEN / 2,
        time -> {
          List<byte[]> recorded = world.network().recorded();
          if (!recorded.isEmpty()) {
            send(to, recorded.get(with.nextInt(recorded.size())));
          }
        });
  }

  /** What no key has signed: bytes at random, and what was sent with a bit turned round. */
  void forge(Site to, SplittableRandom with, long nanos) {
    world.repeat(
        nanos,
        OFTEN,
        time -> {
          List<byte[]> recorded = world.network().recorded();
          byte[] datagram = new byte[1 + with.nextInt(140)];
          if (with.nextBoolean() && !recorded.isEmpty()) {
            datagram = recorded.get(with.nextInt(recorded.size())).clone();
            int bit = with.nextInt(8 * datagram.length);
            datagram[bit / 8] ^= (byte) (1 << bit % 8);
          } else {
            with.nextBytes(datagram);
          }
          send(to, datagram);
        });
  }

  /** Announces to a group, and says its members' goodbyes, with a key that is another group's. */
  void useOtherKey(Site to, SplittableRandom with, long nanos) {
    List<GroupConfig> groups = world.groups();
    GroupId group = groups.get(with.nextInt(groups.size())).id();
    PreSharedKey key =
        groups.size() == 1
            ? PreSharedKey.parseHex("7e".repeat(PreSharedKey.SIZE))
            : world.latestKey(groups.get((int) (group.bits() - 999) % groups.size()).id());
    world.repeat(nanos, OFTEN, time -> say(to, group, key, world.anAddress(with), with));
  }

  /** The same with the group's own key, and with addresses that are nobody's. */
  void useKey(Site to, SplittableRandom with, long nanos) {
    GroupId group = world.groups().get(with.nextInt(world.groups().size())).id();
    world.repeat(
        nanos,
        OFTEN,
        time -> {
          IpAddress address =
              with.nextInt(3) == 0
                  ? world.anAddress(with)
                  : IpAddress.ofIpv4(0x0ac8_0000 | with.nextInt(1 << 16));
          say(to, group, world.latestKey(group), address, with);
        });
  }

  private void say(
      Site to, GroupId group, PreSharedKey key, IpAddress address, SplittableRandom with) {
    long micros = to.host().epochMicros() + with.nextLong(4_000_000) - 2_000_000;
    Announcement said = new Announcement(group, micros, address);
    send(
        to,
        with.nextInt(3) > 0
            ? signer.sign(said, key)
            : signer.sign(said, STATES.get(with.nextInt(STATES.size())), key));
  }
}
