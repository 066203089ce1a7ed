package dev.rgap.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.testing.ManualClock;
import dev.rgap.transport.HostInterfaces.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentInterfacesTest {

  private final ManualClock clock = new ManualClock();
  private int asked;
  private boolean failing;

  private final HostInterfaces recent =
      ((HostInterfaces)
              () -> {
                asked++;
                if (failing) {
                  throw new IOException("no descriptors");
                }
                return List.of(new Link("eth" + asked, true, false, List.of()));
              })
          .remembered(clock, Duration.ofMillis(100));

  @Test
  void whatWasToldIsRememberedForAMoment() throws IOException {
    assertThat(recent.links()).isEqualTo(recent.links());
    assertThat(asked).isEqualTo(1);
    clock.advance(Duration.ofMillis(101));

    assertThat(recent.links()).extracting(Link::name).containsExactly("eth2");
  }

  @Test
  void aFailureIsNotRememberedAndForgetsWhatWas() throws IOException {
    recent.links();
    clock.advance(Duration.ofMillis(101));
    failing = true;
    assertThatThrownBy(recent::links).isInstanceOf(IOException.class);
    failing = false;

    assertThat(recent.links()).extracting(Link::name).containsExactly("eth3");
  }
}
