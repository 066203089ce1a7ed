/**
 * What outputs and agents have to do with the host that they run on: files that are replaced as a
 * whole, and programs that are run to their end within limits.
 */
@org.jspecify.annotations.NullMarked
module dev.rgap.host {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires dev.rgap.core;

  exports dev.rgap.host.files;
  exports dev.rgap.host.programs;
}
