package dev.rgap.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program of another user that tries to get a share of a UDP port. */
final class PortThief {

  private PortThief() {}

  /**
   * The program, to be run by root.
   *
   * @param directory where its class is put, for everybody to read
   */
  static Program program(Path directory, int port, String... addresses) throws IOException {
    String file = PortThief.class.getName().replace('.', '/') + ".class";
    Path copy = directory.resolve(file);
    Path _ = Files.createDirectories(copy.getParent());
    try (InputStream in = PortThief.class.getClassLoader().getResourceAsStream(file)) {
      assertThat(in).isNotNull();
      Files.copy(in, copy);
    }
    letIn(directory);
    Path each = directory;
    for (Path name : directory.relativize(copy)) {
      each = each.resolve(name);
      letIn(each);
    }
    List<String> arguments = new ArrayList<>(List.of(Integer.toString(port)));
    arguments.addAll(List.of(addresses));
    return Program.of(
            Program.java(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            directory.toString(),
            PortThief.class.getName())
        .and(arguments.toArray(String[]::new))
        .by("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  }

  private static void letIn(Path path) throws IOException {
    Path _ = Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Prints a line for each address: {@code bound} or {@code refused}, and the address. */
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      System.out.println((tries(arguments[i], port) ? "bound " : "refused ") + arguments[i]);
    }
  }

  private static boolean tries(String address, int port) throws IOException {
    boolean everything = address.equals("all");
    @Nullable InetAddress host = everything ? null : InetAddress.getByName(address);
    try (DatagramChannel channel =
        everything
            ? DatagramChannel.open()
            : DatagramChannel.open(
                host != null && host.getAddress().length == 4
                    ? StandardProtocolFamily.INET
                    : StandardProtocolFamily.INET6)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, false);
      channel.bind(everything ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
      return true;
    } catch (BindException e) {
      return false;
    }
  }
}
