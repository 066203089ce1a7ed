package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Numbers and names, as dnsjava has them. */
class RecordTypeTest {

  @Test
  void types() {
    for (int type = 0; type <= 0xffff; type++) {
      String name = RecordType.name(type);
      assertThat(name).isIn(Type.string(type), "TYPE" + type);
    }
    assertThat(RecordType.name(RecordType.AAAA)).isEqualTo("AAAA");
    assertThat(RecordType.name(65_280)).isEqualTo("TYPE65280");
  }

  @Test
  void responseCodes() {
    for (int code = 0; code < ResponseCode.END; code++) {
      assertThat(ResponseCode.name(code)).isIn(Rcode.string(code), "RCODE" + code);
    }
    assertThat(ResponseCode.name(ResponseCode.BADVERS)).isEqualTo(Rcode.string(Rcode.BADVERS));
    assertThat(ResponseCode.name(ResponseCode.REFUSED)).isEqualTo("REFUSED");
  }
}
