/** The outputs that come with rgap. */
@org.jspecify.annotations.NullMarked
module dev.rgap.outputs {
  requires static org.jspecify;
  requires transitive dev.rgap.core;

  exports dev.rgap.outputs;
}
