package dev.rgap.outputs.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.outputs.dns.DnsConfig.Service;
import dev.rgap.protocol.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ready records and those made when they are needed are the same. */
class RrsetTest {

  static List<RecordFormat> formats() {
    byte[] base = TestQuery.name("worker.example.com").toWire();
    return List.of(
        RecordFormat.ADDRESS,
        RecordFormat.service(new Service(65_535, 1, 2), base),
        RecordFormat.target(11));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void bothKindsAgree(RecordFormat format) {
    Random random = new Random(7);
    for (int i = 0; i < 3_000; i++) {
      boolean alike = format.equals(RecordFormat.ADDRESS) && random.nextBoolean();
      List<IpAddress> addresses = addresses(random, 1 + random.nextInt(30), alike);
      Rrset rendered = new RenderedRrset(addresses, format);
      Rrset computed = new ComputedRrset(addresses, format, alike ? RecordFormat.IPV4_LENGTH : 0);
      int count = addresses.size();
      assertThat(rendered.count()).isEqualTo(count);
      assertThat(computed.count()).isEqualTo(count);

      Order order = new Order();
      (random.nextBoolean() ? rendered : computed).shuffle(order, new SplittableRandom(i));
      int atMost = random.nextInt(count + 1);
      int room = random.nextInt(count * format.maxLength() + 10);
      int fit = rendered.fitting(order, atMost, room);
      assertThat(computed.fitting(order, atMost, room)).isEqualTo(fit);
      assertThat(fit).isBetween(0, atMost);

      int ttl = random.nextInt();
      byte[] one = new byte[room + (count + 1) * format.maxLength()];
      byte[] other = one.clone();
      int end = rendered.write(order, fit, one, 3, ttl);
      assertThat(computed.write(order, fit, other, 3, ttl)).isEqualTo(end);
      assertThat(Arrays.copyOf(other, end)).isEqualTo(Arrays.copyOf(one, end));
      assertThat(end - 3).isLessThanOrEqualTo(room);
      if (fit < atMost) {
        int more = rendered.write(order, fit + 1, one, 3, ttl);
        assertThat(more - 3).as("the next one really didn't fit").isGreaterThan(room);
      }
    }
  }

  private static List<IpAddress> addresses(Random random, int count, boolean alike) {
    List<IpAddress> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(
          alike || random.nextBoolean()
              ? IpAddress.ofIpv4(random.nextInt())
              : new IpAddress(random.nextLong(), random.nextLong()));
    }
    return addresses;
  }

  @Test
  void noRecordIsLongerThanPromised() {
    IpAddress ipv4 = IpAddress.parse("255.255.255.255");
    IpAddress ipv6 = new IpAddress(-1, -1);
    for (RecordFormat format : formats()) {
      byte[] output = new byte[1_000];
      assertThat(format.write(ipv4, output, 0)).isLessThanOrEqualTo(format.maxLength());
      assertThat(format.write(ipv6, output, 0)).isEqualTo(format.maxLength());
    }
  }

  @Test
  void none() {
    assertThat(RenderedRrset.EMPTY.count()).isZero();
    assertThat(RenderedRrset.EMPTY.fitting(new Order(), 0, 100)).isZero();
  }
}
