/** The outputs that come with rgap. */
@org.jspecify.annotations.NullMarked
module dev.rgap.outputs {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires transitive dev.rgap.core;
  requires transitive dev.rgap.host;
  requires com.fasterxml.jackson.core;
  requires com.github.jknack.handlebars;

  exports dev.rgap.outputs;
  exports dev.rgap.outputs.publish;
}
