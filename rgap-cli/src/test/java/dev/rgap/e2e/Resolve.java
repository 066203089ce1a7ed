package dev.rgap.e2e;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A program that prints all addresses which the JVM finds for a name, or that there are none. */
final class Resolve {

  private Resolve() {}

  /** The program, for a name. */
  static Program program(String name) {
    return Program.of(
        Program.java(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        "target/test-classes",
        Resolve.class.getName(),
        name);
  }

  /** Prints an address a line. */
  public static void main(String[] arguments) {
    try {
      for (InetAddress address : InetAddress.getAllByName(arguments[0])) {
        System.out.println(address.getHostAddress());
      }
    } catch (UnknownHostException e) {
      System.out.println("unknown");
    }
  }
}
