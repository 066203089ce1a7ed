package dev.rgap.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/**
 * Who has started the program as a service, such as systemd, and wants to be told when it is up.
 *
 * <p>It listens on a kind of socket that Java can't open. The launcher has opened one and has put
 * it in the place of standard input.
 */
public final class ServiceManager {

  /** Says where the socket is: {@code stdin}, or nowhere if it is not set. */
  private static final String VARIABLE = "RGAP_NOTIFY";

  /** As sd_notify(3) has it. */
  private static final String READY = "READY=1";

  private ServiceManager() {}

  /** Tells the manager, if there is one, that the service is up. To be called once. */
  public static void tellReady(Environment environment) {
    if (!"stdin".equals(environment.variables().get(VARIABLE))) {
      return;
    }
    // Closing a standard stream makes it /dev/null: nothing else ever gets the number.
    try (FileOutputStream manager = new FileOutputStream(FileDescriptor.in)) {
      manager.write(READY.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      System.getLogger(ServiceManager.class.getName())
          .log(Level.WARNING, "can't tell the service manager that rgap is up: " + e.getMessage());
    }
  }
}
