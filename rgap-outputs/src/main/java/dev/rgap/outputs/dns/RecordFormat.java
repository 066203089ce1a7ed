package dev.rgap.outputs.dns;

import dev.rgap.outputs.publish.AddressLabel;
import dev.rgap.protocol.IpAddress;
import java.nio.ByteBuffer;

/**
 * How the record of one address looks in wire form; the TTL is left zero.
 *
 * <p>An answer's question begins right after the header, so the name that was asked for is at
 * {@value Query#HEADER} and every record refers to it there.
 */
interface RecordFormat {

  /** Writes the record of an address and returns the index after its last byte. */
  int write(IpAddress address, byte[] output, int at);

  /** Where the TTL of a record that was written here begins, seen from its first byte. */
  default int ttlOffset(byte[] output, int at) {
    return TTL_AFTER_POINTER;
  }

  /** The most bytes that a record has. */
  int maxLength();

  /** How long the record of an IPv4 address is whose owner is a pointer. */
  int IPV4_LENGTH = 16;

  /** How long the record of an IPv6 address is whose owner is a pointer. */
  int IPV6_LENGTH = 28;

  /** The owner as a pointer, type and class come before the TTL. */
  int TTL_AFTER_POINTER = 6;

  /** What an SRV record has before its target. */
  int SRV_FIXED = 12 + 6;

  /** A or AAAA records of the name that was asked for. */
  RecordFormat ADDRESS =
      new RecordFormat() {
        @Override
        public int write(IpAddress address, byte[] output, int at) {
          return putAddress(address, ByteBuffer.wrap(output).position(at).putShort(pointer(0)));
        }

        @Override
        public int maxLength() {
          return IPV6_LENGTH;
        }
      };

  private static short pointer(int offsetInQuestion) {
    return (short) (0xc000 | (Query.HEADER + offsetInQuestion));
  }

  private static int putAddress(IpAddress address, ByteBuffer to) {
    boolean ipv4 = address.isIpv4();
    to.putShort((short) (ipv4 ? RecordType.A : RecordType.AAAA)).putShort((short) 1).putInt(0);
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
   * @param baseName the base in wire form
   */
  static RecordFormat service(DnsConfig.Service service, byte[] baseName) {
    return new RecordFormat() {
      @Override
      public int write(IpAddress address, byte[] output, int at) {
        int target = at + SRV_FIXED;
        int base = AddressLabel.write(address, output, target);
        int end = base + baseName.length;
        System.arraycopy(baseName, 0, output, base, baseName.length); // RFC 2782: not compressed
        ByteBuffer.wrap(output)
            .position(at)
            .putShort(pointer(0))
            .putShort((short) RecordType.SRV)
            .putShort((short) 1)
            .putInt(0)
            .putShort((short) (end - target + 6))
            .putShort((short) service.priority())
            .putShort((short) service.weight())
            .putShort((short) service.port());
        return end;
      }

      @Override
      public int maxLength() {
        return SRV_FIXED + 1 + AddressLabel.MAX_LENGTH + baseName.length;
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
        int base = AddressLabel.write(address, output, at);
        return putAddress(
            address, ByteBuffer.wrap(output).position(base).putShort(pointer(baseInQuestion)));
      }

      @Override
      public int ttlOffset(byte[] output, int at) {
        return 1 + output[at] + TTL_AFTER_POINTER;
      }

      @Override
      public int maxLength() {
        return 1 + AddressLabel.MAX_LENGTH + 2 + 10 + 16;
      }
    };
  }
}
