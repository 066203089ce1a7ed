package dev.rgap.outputs.dns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

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

  /** Type, class, TTL and length come after the owner. */
  private static final int AFTER_OWNER = 10;

  private static final int POINTER = 0xc0;

  /** The record as it is after questions that end with one name. */
  private static final class Form {
    /** The name, in lower-case wire form. */
    final byte[] ending;

    /** The record in an answer whose question has this very name. */
    final byte[] record;

    /** Where in the record there are pointers. */
    final int[] pointers;

    Form(byte[] ending, byte[] record, int[] pointers) {
      this.ending = ending;
      this.record = record;
      this.pointers = pointers;
    }
  }

  /** Those for longer names first; the last one is for the apex. */
  private final Form[] forms;

  /** Makes the forms of a record; its serial doesn't matter. */
  SoaForms(SOARecord soa) {
    TreeSet<Name> endings = new TreeSet<>(new LongestFirst());
    Name apex = soa.getName();
    for (Name name : List.of(apex, soa.getHost(), soa.getAdmin())) {
      for (Name end = name; end.subdomain(apex); end = new Name(end, 1)) {
        endings.add(end);
        if (end.equals(apex)) {
          break;
        }
      }
    }
    forms = new Form[endings.size()];
    int count = 0;
    for (Name ending : endings) {
      forms[count++] = form(ending, soa);
    }
  }

  /** No lambdas of {@link Comparator}: no AOT cache holds them, and each start would make them. */
  private static final class LongestFirst implements Comparator<Name> {
    @Override
    public int compare(Name a, Name b) {
      return a.length() == b.length() ? a.compareTo(b) : Integer.compare(b.length(), a.length());
    }
  }

  private static Form form(Name ending, SOARecord soa) {
    Message message = new Message(0);
    message.addRecord(Record.newRecord(ending, Type.SOA, DClass.IN), Section.QUESTION);
    message.addRecord(soa, Section.AUTHORITY);
    byte[] wire = message.toWire();
    byte[] record = Arrays.copyOfRange(wire, Query.HEADER + ending.length() + 4, wire.length);
    List<Integer> pointers = new ArrayList<>();
    int nameServer = endOfName(record, 0, pointers) + AFTER_OWNER;
    int mailbox = endOfName(record, nameServer, pointers);
    if (endOfName(record, mailbox, pointers) + NUMBERS != record.length) {
      throw new AssertionError("this is no SOA record");
    }
    int[] places = new int[pointers.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = pointers.get(i);
    }
    return new Form(ending.toWireCanonical(), record, places);
  }

  private static int endOfName(byte[] record, int from, List<Integer> pointers) {
    int at = from;
    while (record[at] != 0) {
      if ((record[at] & 0xff) >= POINTER) {
        pointers.add(at);
        return at + 2;
      }
      at += 1 + record[at];
    }
    return at + 1;
  }

  /**
   * Writes the record right after the question.
   *
   * @param query asks for a name in the zone
   * @param room how many bytes it may have
   * @return how many it has; 0 if it has too many
   */
  int write(Query query, long serial, byte[] output, int at, int room) {
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
    Rrset.putTtl(output, at + record.length - NUMBERS, (int) serial); // 32 bits as well
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
