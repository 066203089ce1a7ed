/**
 * The embeddable heart of rgap: the announcement protocol, the membership state machine, the UDP
 * transport, the agent, the listener, typed configuration and the interface that outputs implement.
 * Needs {@code java.base} only.
 */
@org.jspecify.annotations.NullMarked
module dev.rgap.core {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;

  exports dev.rgap.agent;
  exports dev.rgap.api;
  exports dev.rgap.config;
  exports dev.rgap.listener;
  exports dev.rgap.membership;
  exports dev.rgap.metrics;
  exports dev.rgap.output;
  exports dev.rgap.protocol;
  exports dev.rgap.text;
  exports dev.rgap.time;
  exports dev.rgap.transport;

  uses dev.rgap.output.OutputType;
  uses dev.rgap.transport.SourceType;
}
