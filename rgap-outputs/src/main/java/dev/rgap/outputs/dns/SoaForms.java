package dev.rgap.outputs.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A zone's SOA record in wire form, ready for an answer to any question in the zone: whoever asks
 * for names that don't exist must not make more work than who asks for one that does.
 *
 * <p>The record's names are compressed by what they have in common with the question. That depends
 * on the longest of few names that the question ends with: the apex, and those below it that are in
 * the record. There is a form for each of them. Where the question has more labels before it, all
 * that pointers point to lies so much further back.
 *
 * <pre>
 *   question        x.y.example.com          form for example.com, pointers moved by 4
 *   owner           -> example.com
 *   name server     ns -> example.com
 *   mailbox         hostmaster -> example.com
 *   serial, refresh, retry, expire, negative TTL
 * </pre>
 */
final class SoaForms {

  /** The serial and what comes after it. */
  private static final int NUMBERS = 20;

  /** The negative TTL at the end. */
  private static final int MINIMUM = 4;

  // In seconds, for secondaries, of which there are none:
  private static final int REFRESH = 3_600;
  private static final int RETRY = 600;
  private static final int EXPIRE = 86_400;

  /** The record as it is after questions that end with one name. */
  private static final class Form {
    /** The name, in lower-case wire form. */
    final byte[] ending;

    /** The record in an answer whose question has this very name. */
    final byte[] record;

    /** Where in the record its TTL begins. */
    final int ttl;

    /** Where in the record there are pointers. */
    final int[] pointers;

    Form(byte[] ending, byte[] record, int ttl, int[] pointers) {
      this.ending = ending;
      this.record = record;
      this.ttl = ttl;
      this.pointers = pointers;
    }
  }

  /** Those for longer names first; the last one is for the apex. */
  private final Form[] forms;

  /**
   * Makes the forms of a record.
   *
   * @param primary the name of the primary name server
   * @param zone what else is in the record; its serial and its TTLs don't matter
   */
  SoaForms(DomainName primary, DnsConfig.Zone zone) {
    List<DomainName> endings = new ArrayList<>();
    for (DomainName name : List.of(zone.apex(), primary, zone.hostmaster())) {
      for (DomainName end = name; end.isWithin(zone.apex()); end = end.parent()) {
        if (!endings.contains(end)) {
          insert(endings, end);
        }
        if (end.equals(zone.apex())) {
          break;
        }
      }
    }
    forms = new Form[endings.size()];
    for (int i = 0; i < forms.length; i++) {
      forms[i] = form(endings.get(i), primary, zone);
    }
  }

  /** No lambdas of a comparator: no AOT cache holds them, and each start would make them. */
  private static void insert(List<DomainName> longestFirst, DomainName name) {
    int at = 0;
    while (at < longestFirst.size() && longestFirst.get(at).length() >= name.length()) {
      at++;
    }
    longestFirst.add(at, name);
  }

  private static Form form(DomainName ending, DomainName primary, DnsConfig.Zone zone) {
    RecordBuilder soa =
        new RecordBuilder(ending)
            .record(zone.apex(), RecordType.SOA, 0)
            .name(primary)
            .name(zone.hostmaster())
            .put32(0)
            .put32(REFRESH)
            .put32(RETRY)
            .put32(EXPIRE)
            .put32(0)
            .done();
    // The owner is a pointer, or the root's name.
    int afterOwner = ending.isRoot() || zone.apex().isRoot() ? 1 : 2;
    return new Form(
        ending.wire(), soa.records(), afterOwner + Query.TYPE_AND_CLASS, soa.pointers());
  }

  /**
   * Writes the record right after the question.
   *
   * @param query asks for a name in the zone
   * @param negativeTtl the record's TTL and the negative TTL that it tells (RFC 2308 section 5), in
   *     seconds
   * @param room how many bytes it may have
   * @return how many it has; 0 if it has too many
   */
  int write(Query query, int serial, int negativeTtl, byte[] output, int at, int room) {
    Form form = form(query);
    byte[] record = form.record;
    if (record.length > room) {
      return 0;
    }
    System.arraycopy(record, 0, output, at, record.length);
    int further = query.nameLength - form.ending.length;
    for (int pointer : form.pointers) {
      int low = at + pointer + 1;
      int target = ((output[low - 1] & 0xff) << 8 | (output[low] & 0xff)) + further;
      output[low - 1] = (byte) (target >>> 8);
      output[low] = (byte) target;
    }
    Rrset.putTtl(output, at + form.ttl, negativeTtl);
    Rrset.putTtl(output, at + record.length - NUMBERS, serial); // 32 bits as well
    Rrset.putTtl(output, at + record.length - MINIMUM, negativeTtl);
    return record.length;
  }

  private Form form(Query query) {
    int end = query.nameLength;
    for (int i = 0; i < forms.length - 1; i++) {
      Form form = forms[i];
      int start = end - form.ending.length;
      if (start >= 0
          && Arrays.equals(query.name, start, end, form.ending, 0, form.ending.length)
          && query.isLabelStart(start)) {
        return form;
      }
    }
    return forms[forms.length - 1];
  }
}
