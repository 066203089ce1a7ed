package dev.rgap.outputs.dns;

import dev.rgap.outputs.dns.DnsConfig.Nameserver;
import dev.rgap.protocol.IpAddress;

/**
 * A zone's NS records, and the addresses of its name servers, ready for an answer to a question for
 * the apex. Immutable.
 */
final class NameserverRecords {

  /** The NS records and then, in the additional section, the addresses. */
  final byte[] records;

  /** Where the NS records end. */
  final int end;

  /** How many NS records there are. */
  final int count;

  /** How many addresses there are. */
  final int addressCount;

  NameserverRecords(DnsConfig.Zone zone) {
    RecordBuilder builder = new RecordBuilder(zone.apex());
    int ttl = (int) zone.negativeTtl().toSeconds();
    for (Nameserver nameserver : zone.nameservers()) {
      builder.record(zone.apex(), RecordType.NS, ttl).name(nameserver.name()).done();
    }
    end = builder.records().length;
    count = zone.nameservers().size();
    int addresses = 0;
    for (Nameserver nameserver : zone.nameservers()) {
      for (IpAddress address : nameserver.addresses()) {
        builder.address(nameserver.name(), ttl, address);
        addresses++;
      }
    }
    records = builder.records();
    addressCount = addresses;
  }
}
