package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Path;

/** Makes certificates that sign themselves. */
final class Certificates {

  private Certificates() {}

  /**
   * Makes one for {@code localhost}, {@code NAME.crt}, and its key, {@code NAME.key}.
   *
   * @param kind {@code rsa} or {@code ec}
   * @return the certificate's file
   */
  static Path make(Path directory, String name, String kind)
      throws IOException, InterruptedException {
    String openssl = Tools.require("openssl", "openssl");
    Path certificate = directory.resolve(name + ".crt");
    String _ =
        Program.of(openssl, "req", "-x509", "-newkey", kind, "-nodes", "-days", "2")
            .and(
                "-pkeyopt", kind.equals("rsa") ? "rsa_keygen_bits:2048" : "ec_paramgen_curve:P-256")
            .and("-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:localhost")
            .and("-keyout", directory.resolve(name + ".key").toString())
            .and("-out", certificate.toString())
            .run();
    return certificate;
  }
}
