/**
 * What an agent asks on its worker: where its addresses are, whether it is well, and what time it
 * is; and the file that says so.
 */
@org.jspecify.annotations.NullMarked
module dev.rgap.worker {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires transitive dev.rgap.core;
  requires dev.rgap.host;

  exports dev.rgap.worker.address;
  exports dev.rgap.worker.check;
  exports dev.rgap.worker.clock;
  exports dev.rgap.worker.config;
}
