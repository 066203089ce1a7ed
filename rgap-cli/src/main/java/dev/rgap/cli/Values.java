package dev.rgap.cli;

import dev.rgap.config.GoDuration;
import dev.rgap.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads values of flags, with errors that name the flag. */
final class Values {

  private Values() {}

  static Duration duration(String where, String value) throws Failure {
    try {
      return GoDuration.parse(value);
    } catch (IllegalArgumentException e) {
      throw new Failure(where + ": " + e.getMessage());
    }
  }

  static List<Endpoint> endpoints(String where, List<String> values) throws Failure {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String value : values) {
      try {
        endpoints.add(Endpoint.parse(value));
      } catch (IllegalArgumentException e) {
        throw new Failure(where + ": " + e.getMessage());
      }
    }
    return endpoints;
  }
}
