package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever a server answers is read, or is refused with a message. */
class AnyBytesTest {

  private static final int ROUNDS = 20_000;

  private interface Reading {
    void of(byte[] answer) throws IOException;
  }

  /** Changes a good answer at some places, and cuts some off. */
  private static int refusedOf(byte[] good, Reading reading) {
    AtomicInteger refused = new AtomicInteger();
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      byte[] answer = new byte[random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length];
      System.arraycopy(good, 0, answer, 0, answer.length);
      for (int changes = random.nextInt(4); changes > 0 && answer.length > 0; changes--) {
        answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
      }
      try {
        reading.of(answer);
      } catch (IOException e) {
        assertThat(e.getMessage()).as("seed %s", seed).isNotBlank().hasSizeLessThan(200);
        refused.incrementAndGet();
      }
    }
    return refused.get();
  }

  @Test
  void ofHttp() {
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
            + "3;x=y\r\nall\r\n5\r\n well\r\n0\r\n\r\n";
    String sized = "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nhello";
    for (String good : new String[] {chunked, sized}) {
      int refused =
          refusedOf(
              good.getBytes(ISO_8859_1),
              bytes -> {
                HttpAnswer answer = new HttpAnswer(new ByteArrayInputStream(bytes));
                answer.readHead();
                assertThat(answer.readBody("GET")).hasSizeLessThanOrEqualTo(bytes.length);
              });
      assertThat(refused).isBetween(1, ROUNDS - 1);
    }
  }

  @Test
  void ofGrpc() {
    byte[] good =
        HexFormat.of()
            .parseHex(
                ("000000 04 00 00000000 000008 06 00 00000000 0102030405060708"
                        + " 000008 01 28 00000001 01 0000000000 88 00 000000 09 04 00000001"
                        + " 000005 00 08 00000001 01 000000 00 000004 00 00 00000001 00 02 08 01"
                        + " 00000e 01 05 00000001 00 88 9acac8b21234da8f 01 30 20 88")
                    .replace(" ", ""));
    int refused =
        refusedOf(
            good,
            bytes -> {
              UnaryCall call =
                  new UnaryCall(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream());
              call.readAnswer();
              assertThat(call.message()).hasSizeLessThanOrEqualTo(bytes.length);
            });
    assertThat(refused).isBetween(1, ROUNDS - 1);
  }
}
