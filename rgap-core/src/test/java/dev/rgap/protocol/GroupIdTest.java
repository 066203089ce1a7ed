package dev.rgap.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupIdTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000, 1000",
    "1_000, 1000",
    "18446744073709551615, 18446744073709551615",
    "9223372036854775808, 9223372036854775808",
    "0x0, 0",
    "0xff, 255",
    "0XFF, 255",
    "0x00ff, 255",
    "0x_ff_ff, 65535",
    "0xffffffffffffffff, 18446744073709551615",
    "0o17, 15",
    "0b101, 5",
    "+1, 1",
    "-0, 0",
    "1_, 1",
    "1__0, 10",
    "1_000_, 1000",
    "1e3, 1000",
    "1E+3, 1000",
    "1.5e3, 1500",
    "1000.0, 1000",
    "1000., 1000",
    ".5e1, 5",
    "9007199254740992.0, 9007199254740992",
    "0b1111111111111111111111111111111111111111111111111111111111111111, 18446744073709551615",
  })
  void reads(String text, String decimal) {
    assertThat(GroupId.parse(text)).hasToString(decimal);
  }

  @ParameterizedTest
  @CsvSource({
    "'', not an unsigned whole number",
    "' 1', not an unsigned whole number",
    "+, not an unsigned whole number",
    "++1, not an unsigned whole number",
    "1.5, not an unsigned whole number",
    "1e-3, not an unsigned whole number",
    "1e, not an unsigned whole number",
    "1e+, not an unsigned whole number",
    "., not an unsigned whole number",
    "e3, not an unsigned whole number",
    "1e3d, not an unsigned whole number",
    "1.0f, not an unsigned whole number",
    "1 e3, not an unsigned whole number",
    "0x1p3, not an unsigned whole number",
    "NaN, not an unsigned whole number",
    ".inf, not an unsigned whole number",
    "1e16, not exact in this form",
    "1e999999999, not exact in this form",
    "18446744073709551615.0, not exact in this form",
    "-1.0, not negative",
    "abc, not an unsigned whole number",
    "0x, not an unsigned whole number",
    "0xg, not an unsigned whole number",
    "0b2, not an unsigned whole number",
    "0o8, not an unsigned whole number",
    "１２, not an unsigned whole number",
    "-1, not negative",
    "-18446744073709551615, not negative",
    "010, leading zero",
    "00, leading zero",
    "0_1, leading zero",
    "18446744073709551616, out of range",
    "0x10000000000000000, out of range",
    "_1, underscore",
  })
  void rejects(String text, String why) {
    assertThatThrownBy(() -> GroupId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aVeryLongNumberIsNotEvenConverted() {
    assertThatThrownBy(() -> GroupId.parse("9".repeat(1_000_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isUnsigned() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      GroupId a = new GroupId(random.nextLong());
      GroupId b = new GroupId(random.nextLong());

      assertThat(GroupId.parse(a.toString())).isEqualTo(a);
      assertThat(Integer.signum(a.compareTo(b)))
          .isEqualTo(Long.compareUnsigned(a.bits(), b.bits()));
    }
  }
}
