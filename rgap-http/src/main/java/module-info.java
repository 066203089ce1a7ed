/** What a listener tells by HTTP and by its local socket. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // Prometheus' libraries have a name, but no descriptor
module dev.rgap.http {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires transitive dev.rgap.core;
  requires transitive dev.rgap.host;
  requires com.fasterxml.jackson.core;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;

  exports dev.rgap.http;
}
