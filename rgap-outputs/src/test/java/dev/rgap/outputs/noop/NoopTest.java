package dev.rgap.outputs.noop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.Yaml;
import dev.rgap.testing.OutputContract;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoopTest extends OutputContract {

  @Override
  protected Output create(OutputContext context) {
    return new NoopType().create(new NoopType.Config(), context);
  }

  @Test
  void needsNoSpec() {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new NoopType(), null)).isPresent();
    assertThat(yaml.read(new NoopType(), Map.of())).isPresent();
    assertThat(yaml.problems()).isEmpty();
  }

  @Test
  void takesTheSettingsOfAnyOther() {
    Yaml yaml = new Yaml();

    assertThat(yaml.read(new NoopType(), Map.of("interval", "5s"))).isPresent();
    assertThat(yaml.problems()).isEmpty();
  }
}
