package dev.rgap.outputs.dns;

import dev.rgap.protocol.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How the record of one address looks in wire form; the TTL is left zero.
 *
 * <p>An answer's question begins right after the header, so the name that was asked for is at
 * {@value Query#HEADER} and every record refers to it there.
 */
interface RecordFormat {

  /** Writes the record of an address and returns the index after its last byte. */
  int write(IpAddress address, byte[] output, int at);

  /** Where the TTL of a record begins, seen from the record's first byte. */
  int ttlOffset(IpAddress address);

  /** The most bytes that a record has. */
  int maxLength();

  int TYPE_A = 1;
  int TYPE_AAAA = 28;
  int TYPE_SRV = 33;

  /** A or AAAA records of the name that was asked for. */
  RecordFormat ADDRESS =
      new RecordFormat() {
        @Override
        public int write(IpAddress address, byte[] output, int at) {
          return putAddress(address, ByteBuffer.wrap(output).position(at).putShort(pointer(0)));
        }

        @Override
        public int ttlOffset(IpAddress address) {
          return 6;
        }

        @Override
        public int maxLength() {
          return 28;
        }
      };

  private static short pointer(int offsetInQuestion) {
    return (short) (0xc000 | (Query.HEADER + offsetInQuestion));
  }

  private static int putAddress(IpAddress address, ByteBuffer to) {
    boolean ipv4 = address.isIpv4();
    to.putShort((short) (ipv4 ? TYPE_A : TYPE_AAAA)).putShort((short) 1).putInt(0);
    if (ipv4) {
      to.putShort((short) 4).putInt((int) address.low());
    } else {
      to.putShort((short) 16).putLong(address.high()).putLong(address.low());
    }
    return to.position();
  }

  /**
   * SRV records of the name that was asked for; their targets lie under a base.
   *
   * @param base the base in wire form
   */
  static RecordFormat service(DnsConfig.Service service, byte[] base) {
    return new RecordFormat() {
      @Override
      public int write(IpAddress address, byte[] output, int at) {
        byte[] label = TargetLabel.of(address).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.wrap(output)
            .position(at)
            .putShort(pointer(0))
            .putShort((short) TYPE_SRV)
            .putShort((short) 1)
            .putInt(0)
            .putShort((short) (6 + 1 + label.length + base.length))
            .putShort((short) service.priority())
            .putShort((short) service.weight())
            .putShort((short) service.port())
            .put((byte) label.length)
            .put(label)
            .put(base) // RFC 2782: the target is not compressed
            .position();
      }

      @Override
      public int ttlOffset(IpAddress address) {
        return 6;
      }

      @Override
      public int maxLength() {
        return 12 + 6 + 1 + TargetLabel.MAX_LENGTH + base.length;
      }
    };
  }

  /**
   * A or AAAA records of the targets of SRV records.
   *
   * @param baseInQuestion where the targets' base begins in the name that was asked for
   */
  static RecordFormat target(int baseInQuestion) {
    return new RecordFormat() {
      @Override
      public int write(IpAddress address, byte[] output, int at) {
        byte[] label = TargetLabel.of(address).getBytes(StandardCharsets.US_ASCII);
        return putAddress(
            address,
            ByteBuffer.wrap(output)
                .position(at)
                .put((byte) label.length)
                .put(label)
                .putShort(pointer(baseInQuestion)));
      }

      @Override
      public int ttlOffset(IpAddress address) {
        return 1 + TargetLabel.of(address).length() + 6;
      }

      @Override
      public int maxLength() {
        return 1 + TargetLabel.MAX_LENGTH + 2 + 10 + 16;
      }
    };
  }
}
