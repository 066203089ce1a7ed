package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.metrics.Metrics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReceiveDropsTest {

  private static final class Socket extends FakePort {
    long dropped;

    @Override
    public long drops() {
      return dropped;
    }
  }

  private final Metrics metrics = new Metrics();
  private final ReceiveDrops drops = new ReceiveDrops();
  private @Nullable Socket open = new Socket();

  ReceiveDropsTest() {
    drops.register(metrics.scope("source", "s"), () -> open);
  }

  private double number() {
    return metrics.snapshot().value("rgap_source_receive_drops_total", "source", "s");
  }

  @Test
  void addsUpWhatEachSocketHasDropped() {
    Socket first = new Socket();
    Socket second = new Socket();
    open = first;
    assertThat(number()).isZero();
    first.dropped = 3;
    assertThat(number()).isEqualTo(3);
    assertThat(number()).isEqualTo(3);
    first.dropped = 5;
    drops.look(first);
    open = null;
    first.dropped = -1;
    assertThat(number()).isEqualTo(5);
    open = second;
    second.dropped = 2;
    assertThat(number()).isEqualTo(7);
    drops.look(first);
    assertThat(number()).isEqualTo(7);
  }

  @Test
  void theSystemsNumberMayBeginAnew() {
    Socket socket = new Socket();
    open = socket;
    socket.dropped = 0xffff_fffeL;
    assertThat(number()).isEqualTo(0xffff_fffeL);
    socket.dropped = 3;
    assertThat(number()).isEqualTo(0x1_0000_0003L);
  }

  @Test
  void isNotThereWhereTheSystemSaysNothing() {
    Socket socket = new Socket();
    open = socket;
    socket.dropped = -1;

    assertThatThrownBy(this::number).isInstanceOf(IllegalArgumentException.class);
  }
}
