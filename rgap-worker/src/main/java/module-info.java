/**
 * What an agent asks on its worker: where its addresses are, whether it is well, and what time it
 * is; and the file that says so.
 */
@org.jspecify.annotations.NullMarked
module dev.rgap.worker {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires transitive dev.rgap.core;
  requires dev.rgap.host;
  requires java.net.http;

  exports dev.rgap.worker.address;
  exports dev.rgap.worker.check;
  exports dev.rgap.worker.clock;
  exports dev.rgap.worker.config;
}
