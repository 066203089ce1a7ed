/** Support for testing rgap and its outputs: a manual clock, an in-memory network, contracts. */
@org.jspecify.annotations.NullMarked
module dev.rgap.testing {
  requires static org.jspecify;
  requires transitive dev.rgap.core;
  requires transitive org.junit.jupiter.api;
  requires java.logging;
  requires org.assertj.core;

  exports dev.rgap.testing;
}
