package dev.rgap.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.testing.LogCapture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

class ProvidersTest {

  private final List<String> taken = new ArrayList<>();

  private static Iterator<String> search(List<String> found) {
    Iterator<String> iterator = found.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public String next() {
        String next = iterator.next();
        if (next.startsWith("broken")) {
          throw new ServiceConfigurationError(next);
        }
        return next;
      }
    };
  }

  @Test
  void oneThatFailsHidesNoOther() {
    try (LogCapture log = LogCapture.of("dev.rgap.services")) {
      Providers.take(
          search(List.of("broken one", "one", "broken two", "odd", "worse", "two")),
          "can't be loaded",
          provider -> {
            if (provider.equals("odd")) {
              throw new IllegalStateException("throws");
            }
            if (provider.equals("worse")) {
              throw new AssertionError("throws an error");
            }
            taken.add(provider);
          });

      assertThat(taken).containsExactly("one", "two");
      assertThat(log.lines()).hasSize(4).containsOnly("can't be loaded");
    }
  }

  @Test
  void aSearchThatFailsForGoodEnds() {
    Iterator<String> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            throw new ServiceConfigurationError("no way to search");
          }

          @Override
          public String next() {
            throw new AssertionError();
          }
        };
    try (LogCapture log = LogCapture.of("dev.rgap.services")) {
      Providers.take(broken, "can't be loaded", taken::add);

      assertThat(taken).isEmpty();
      assertThat(log.lines()).hasSize(100);
    }
  }
}
