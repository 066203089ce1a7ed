package dev.rgap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks at this very process and its sockets. */
class HealthCommandTest {

  private static final String SELF = Long.toString(ProcessHandle.current().pid());

  @BeforeEach
  void requireProc() {
    assumeTrue(Files.exists(Path.of("/proc/net/udp")), "needs Linux's /proc");
  }

  @Test
  void isHealthyUnlessADatagramWaits() throws Exception {
    try (DatagramChannel receiver = DatagramChannel.open();
        DatagramChannel sender = DatagramChannel.open()) {
      receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertThat(Run.of("health", SELF).out()).startsWith("ok (");

      sender.send(ByteBuffer.wrap(new byte[66]), receiver.getLocalAddress());
      Run stuck = Run.of("health", SELF);
      assertThat(stuck.status()).isEqualTo(1);
      assertThat(stuck.err()).contains("does not read from 1 UDP sockets");

      receiver.receive(ByteBuffer.allocate(66));
      assertThat(Run.of("health", SELF).status()).isZero();
    }
  }

  @Test
  void saysWhatIsNoProcess() {
    assertThat(Run.of("health", "x").err()).contains("'x' is not the number of a process");
    assertThat(Run.of("health", "4194305").err()).contains("there is no process 4194305");
  }
}
