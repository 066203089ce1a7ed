package dev.rgap.worker.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.agent.HealthCheck;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Readers;
import dev.rgap.text.Digits;
import dev.rgap.transport.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * Passes if a gRPC server says that it serves, by the protocol grpc.health.v1.
 *
 * @param service of which that is asked; empty for the server as a whole
 * @param tls how its certificate is looked at; without it, it speaks without TLS
 */
record GrpcCheck(Endpoint address, String service, Optional<TlsSettings> tls)
    implements HealthCheck {

  private static final int MAX_SERVICE = 126;

  private static final int SERVING = 1;
  private static final List<String> STATES =
      List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");

  private static final int UNIMPLEMENTED = 12;
  private static final int NOT_FOUND = 5;
  private static final List<String> CODES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  static Optional<HealthCheck> read(ConfigValue value) {
    try (ConfigSection settings = value.settings()) {
      Optional<Endpoint> address =
          settings.require("address", "write for example 127.0.0.1:9090", TcpCheck.ADDRESS);
      Optional<String> service =
          settings.read(
              "service",
              Readers.text()
                  .where(
                      name -> name.getBytes(UTF_8).length <= MAX_SERVICE,
                      "is longer than " + MAX_SERVICE + " bytes",
                      ""));
      ConfigValue tlsSetting = settings.optional("tls");
      Optional<TlsSettings> tls = tlsSetting.read(TlsSettings::read);
      // Never without TLS where it was meant.
      return tlsSetting.isEmpty() || tls.isPresent()
          ? address.map(to -> new GrpcCheck(to, service.orElse(""), tls))
          : Optional.empty();
    }
  }

  @Override
  public void run(Duration timeout) throws IOException, InterruptedException {
    TimedSocket.within(timeout, this::ask);
  }

  private void ask(Deadline deadline) throws IOException {
    try (TimedSocket plain = TimedSocket.open(address, deadline)) {
      if (tls.isEmpty()) {
        judge(plain, deadline);
        return;
      }
      SSLSocket secured = tls.get().secure(plain, address.host(), deadline, "h2");
      try {
        judge(secured, deadline);
      } finally {
        TlsSettings.end(secured);
      }
    }
  }

  private void judge(Socket socket, Deadline deadline) throws IOException {
    UnaryCall call = new UnaryCall(socket.getInputStream(), socket.getOutputStream());
    call.ask(
        tls.isPresent(), address.toString(), "/grpc.health.v1.Health/Check", deadline, request());
    try {
      call.readAnswer();
    } catch (SocketTimeoutException e) {
      throw new IOException("takes the connection, but does not answer " + deadline, e);
    }
    String status = call.fields().getOrDefault(":status", "");
    String code = call.fields().getOrDefault("grpc-status", "");
    if (!status.equals("200") && code.isEmpty()) {
      throw new IOException(
          "answers " + Shown.line(status, 3) + " of HTTP; does it speak gRPC there?");
    }
    if (!code.equals("0")) {
      throw new IOException(
          refusal(code, Shown.line(call.fields().getOrDefault("grpc-message", ""), 100)));
    }
    int state = state(call.message());
    if (state != SERVING) {
      throw new IOException(
          "answers " + (state >= 0 && state < STATES.size() ? STATES.get(state) : "" + state));
    }
  }

  private String refusal(String code, String said) {
    int number = Digits.only(code, 10, 2) ? Integer.parseInt(code) : -1;
    if (number == NOT_FOUND) {
      return "does not know the service '" + service + "'";
    }
    if (number == UNIMPLEMENTED) {
      return "has no health service (grpc.health.v1)";
    }
    String name =
        number >= 0 && number < CODES.size() ? CODES.get(number) : "without a status of gRPC";
    return "answers " + name + (said.isEmpty() ? "" : ": " + said);
  }

  /** A HealthCheckRequest: field 1 is the service. */
  private byte[] request() {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    if (!service.isEmpty()) {
      byte[] name = service.getBytes(UTF_8);
      request.write(1 << 3 | 2);
      request.write(name.length);
      request.writeBytes(name);
    }
    return request.toByteArray();
  }

  /** Field 1 of a HealthCheckResponse, which has no other; 0 if it is not there. */
  private static int state(byte[] response) throws IOException {
    if (response.length == 0) {
      return 0;
    }
    if (response.length != 2 || response[0] != 1 << 3) {
      throw new IOException("its answer is no HealthCheckResponse");
    }
    return response[1];
  }

  @Override
  public String label() {
    return "grpc " + address + (service.isEmpty() ? "" : " " + service);
  }
}
