package dev.rgap.cli;

import dev.rgap.listener.ListenerConfig;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** Stub. */
final class Sniffer {

  Sniffer(List<Endpoint> listen, Optional<ListenerConfig> config, boolean json, PrintStream out) {}

  int run(Shutdown shutdown) throws IOException {
    return 0;
  }
}
