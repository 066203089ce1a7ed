package dev.rgap.services;

import java.util.Iterator;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Finds what other jars provide, by {@link ServiceLoader}. */
public final class Providers {

  private static final System.Logger LOG = System.getLogger(Providers.class.getName());

  /** More failures than there are broken jars: the search itself fails, over and over. */
  private static final int MAX_FAILURES = 100;

  private Providers() {}

  /**
   * Hands over all providers of a service that can be loaded. One that can't is logged, and hides
   * none that follows it.
   *
   * @param service this module's {@code module-info} says that it uses it
   * @param complaint what to log for one that can't be loaded
   * @param taker may throw what a provider's own methods throw
   */
  public static <T> void load(Class<T> service, String complaint, Consumer<? super T> taker) {
    take(ServiceLoader.load(service).iterator(), complaint, taker);
  }

  static <T> void take(Iterator<T> providers, String complaint, Consumer<? super T> taker) {
    int failures = 0;
    while (failures < MAX_FAILURES) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        taker.accept(providers.next());
      } catch (RuntimeException | Error e) {
        failures++;
        LOG.log(System.Logger.Level.ERROR, complaint, e);
      }
    }
  }
}
