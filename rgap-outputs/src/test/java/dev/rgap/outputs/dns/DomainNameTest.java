package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Names as dnsjava understands them. */
class DomainNameTest {

  private static final String LABEL = "a".repeat(63);

  private static DomainName name(String text) {
    return DomainName.parse(text);
  }

  @ParameterizedTest
  @CsvSource({
    "., .",
    "a, a.",
    "a., a.",
    "Worker.EXAMPLE.com, worker.example.com.",
    "*.a, *.a.",
    "first\\.last.a, first\\.last.a.",
    "\\065\\.\\000\\255.a, a\\.\\000\\255.a.",
    "\\@\\$\\;.a, \\@\\$\\;.a.",
    "xn--bcher-kva.a, xn--bcher-kva.a.",
  })
  void areReadAndShown(String written, String shown) throws TextParseException {
    assertThat(name(written)).hasToString(shown);
    assertThat(name(shown)).isEqualTo(name(written)).hasSameHashCodeAs(name(written));
    Name theirs = Name.fromString(written, Name.root);
    assertThat(name(written).wire()).isEqualTo(theirs.toWireCanonical());
    assertThat(name(written).length()).isEqualTo(theirs.length());
    assertThat(name(written).labels()).isEqualTo(theirs.labels());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "..", ".a", "a..b", "a..", "\\", "a.\\", "\\1", "\\12", "\\1a2", "\\256.a"})
  void whatIsNone(String text) {
    assertThatThrownBy(() -> name(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Name.fromString(text, Name.root))
        .isInstanceOf(TextParseException.class);
  }

  @Test
  void howLongTheyMayBe() {
    String most = String.join(".", LABEL, LABEL, LABEL, "b".repeat(61));
    assertThat(name(most).length()).isEqualTo(255);
    assertThat(name("a.".repeat(127)).labels()).isEqualTo(128);
    assertThatThrownBy(() -> name(most + "b")).hasMessage("it has more than 255 bytes");
    assertThatThrownBy(() -> name("a.".repeat(128))).hasMessage("it has more than 255 bytes");
    assertThatThrownBy(() -> name(LABEL + "a.b")).hasMessage("a label has more than 63 bytes");
    assertThat(name(most).child("c")).isEmpty();
    assertThat(name(String.join(".", LABEL, LABEL, LABEL, "b".repeat(59))).child("c")).isPresent();
  }

  @Test
  void oneAboveAndOneBelow() {
    DomainName name = name("ns.example.com");
    assertThat(name.parent()).isEqualTo(name("example.com"));
    assertThat(name("example.com").child("ns")).contains(name);
    assertThat(name("com").parent()).isEqualTo(DomainName.ROOT);
    assertThat(DomainName.ROOT.child("com")).contains(name("com"));
    assertThat(DomainName.ROOT.isRoot()).isTrue();
    assertThatThrownBy(DomainName.ROOT::parent).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com, example.com, true",
    "example.com, example.com, true",
    "example.com, a.example.com, false",
    "xexample.com, example.com, false",
    "example.com, ., true",
    "., example.com, false",
    "x\\.example.com, example.com, false",
  })
  void whatLiesWithinAnother(String name, String other, boolean within) {
    assertThat(name(name).isWithin(name(other))).isEqualTo(within);
  }

  @Test
  void firstLabels() {
    assertThat(name("*.a").isWildcard()).isTrue();
    assertThat(name("**.a").isWildcard()).isFalse();
    assertThat(name("a.*").isWildcard()).isFalse();
    assertThat(DomainName.ROOT.isWildcard()).isFalse();
    assertThat(name("_tcp.a").isUnderscored()).isTrue();
    assertThat(name("a._tcp").isUnderscored()).isFalse();
    assertThat(DomainName.ROOT.isUnderscored()).isFalse();
  }

  /** What one of the two can read, the other can, and it is the same. */
  @Test
  void anyText() {
    Random random = new Random(7);
    String alphabet = "aZ09.._-*\\\\\\12@";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (text.toString().equals("@")) {
        continue; // which dnsjava takes for the root
      }
      assertSame(text.toString());
    }
  }

  private static void assertSame(String text) {
    try {
      Name theirs = Name.fromString(text, Name.root);
      assertThat(name(text).wire()).as(text).isEqualTo(theirs.toWireCanonical());
      assertThat(name(text)).as(text).hasToString(theirs.canonicalize().toString());
    } catch (TextParseException e) {
      assertThatThrownBy(() -> name(text)).as(text).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
