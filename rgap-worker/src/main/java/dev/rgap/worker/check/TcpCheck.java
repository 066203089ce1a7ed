package dev.rgap.worker.check;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Reader;
import dev.rgap.config.Readers;
import dev.rgap.transport.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/**
 * Passes if a TCP connection can be made.
 *
 * @param address where to
 */
record TcpCheck(Endpoint address) implements HealthCheck {

  /** A host and a port to connect to. */
  static final Reader<Endpoint> ADDRESS = Readers.parsed(TcpCheck::address);

  /** What to write for an address. */
  static final String EXAMPLE = "write for example 127.0.0.1:8080";

  private static Endpoint address(String text) {
    Endpoint read = Endpoint.parse(text);
    if (read.host().isEmpty() || read.port() == 0 || read.via() != null) {
      throw new IllegalArgumentException(
          "'" + text + "' can't be connected to; write HOST:PORT, such as 127.0.0.1:8080");
    }
    return read;
  }

  static Optional<HealthCheck> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      return settings.require("address", EXAMPLE, ADDRESS).map(TcpCheck::new);
    }
  }

  @Override
  public void run(Duration timeout) throws IOException, InterruptedException {
    TimedSocket.within(
        timeout,
        deadline -> {
          Socket socket = TimedSocket.open(address, deadline);
          socket.close();
        });
  }

  @Override
  public String label() {
    return "tcp " + address;
  }
}
