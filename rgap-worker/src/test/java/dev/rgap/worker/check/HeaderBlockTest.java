package dev.rgap.worker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of HTTP/2, byte by byte. */
class HeaderBlockTest {

  private static Map<String, String> read(String hex) throws IOException {
    return HeaderBlock.read(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** The examples of RFC 7541 that need no table. */
  @ParameterizedTest
  @CsvSource({
    "400a637573746f6d2d6b65790d637573746f6d2d686561646572, custom-key, custom-header", // C.2.1
    "100870617373776f726406736563726574, password, secret", // C.2.3
    "4088 25a849e95ba97d7f 89 25a849e95bb8e8b4bf, custom-key, custom-value", // C.4.3
    "4803333037, :status, 307", // C.5.2
    "48826402, :status, 302", // C.6.1
    "88, :status, 200", // C.5.3
    "8e, :status, 500",
    "40 88 9acac8b21234da8f 01 30, grpc-status, 0", // as Go's server says it
    "40 89 9acac8b5254207317f 00, grpc-message, ''",
    "20 88, :status, 200",
    "3f e1 1f 88, :status, 200"
  })
  void areRead(String hex, String name, String value) throws IOException {
    assertThat(read(hex)).containsExactly(Map.entry(name, value));
  }

  @ParameterizedTest
  @CsvSource({
    // C.4.1, C.6.1, C.6.3: of the Huffman code
    "f1e3c2e5f23a6ba0ab90f4ff, www.example.com",
    "d07abe941054d444a8200595040b8166e082a62d1bff, 'Mon, 21 Oct 2013 20:13:21 GMT'",
    "9d29ad171863c78f0b97c8e9ae82ae43d3, https://www.example.com",
    "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007,"
        + " foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
  })
  void areReadInTheHuffmanCode(String hex, String value) throws IOException {
    int length = hex.length() / 2;
    assertThat(read("000178" + "%02x".formatted(0x80 | length) + hex))
        .containsExactly(Map.entry("x", value));
  }

  @Test
  void areReadAsTheyAreWritten() throws IOException {
    for (int length : new int[] {0, 1, 126, 127, 128, 254, 255, 300, 16_000}) {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      HeaderBlock.write(block, 58, "left out");
      HeaderBlock.write(block, "name", "v".repeat(length));
      HeaderBlock.write(block, 8, "418");
      assertThat(HeaderBlock.read(block.toByteArray()))
          .containsOnly(Map.entry("name", "v".repeat(length)), Map.entry(":status", "418"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "be",
        "ff",
        "ff00",
        "ffffffffff7f",
        "7e0161",
        "00",
        "0001",
        "000178",
        "00017805",
        "0001787f",
        "0001787fffffffff7f",
        "00017884ffffffff",
      })
  void areNotReadIfTheyAreWrong(String hex) {
    assertThatThrownBy(() -> read(hex))
        .isInstanceOf(IOException.class)
        .hasMessage("the fields of its answer can't be read");
  }
}
