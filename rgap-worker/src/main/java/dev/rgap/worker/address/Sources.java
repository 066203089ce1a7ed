package dev.rgap.worker.address;

import dev.rgap.agent.AddressSource;
import dev.rgap.agent.AddressSources;
import dev.rgap.api.InternalApi;
import dev.rgap.config.ConfigValue;
import java.util.Optional;

/**
 * All sources of addresses, as people write them: those of {@link AddressSources}, and
 *
 * <ul>
 *   <li>{@code http:URL}, or the URL alone: what a web service answers. A fragment is a JSON
 *       pointer (RFC 6901) to the address in the answer;
 *   <li>{@code command:PROGRAM ARGUMENT…}: what a program prints;
 *   <li>{@code stun:HOST:PORT}: where a STUN server sees this host (RFC 8489);
 *   <li>{@code k8s:VARIABLE} or {@code k8s:/FILE}: what the downward API of Kubernetes has put
 *       there.
 * </ul>
 *
 * <p>They find one address, of IPv4 if there is one, and may be followed by {@code ,family=ipv4},
 * {@code ,family=ipv6} or {@code ,family=both}. All of them are equal to another one that would ask
 * the same.
 */
@InternalApi
public final class Sources {

  private static final String FORMS =
      ", or http:URL, command:PROGRAM, stun:HOST:PORT or k8s:VARIABLE";

  private Sources() {}

  /**
   * Reads one that is written as a line. Looks nothing up.
   *
   * @throws IllegalArgumentException with a message that says what is wrong
   */
  public static AddressSource parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    try {
      return switch (kind) {
        case "http", "https" ->
            HttpSource.parse(SourceLine.of(isUrl(text) ? "http:".concat(text) : text));
        case "command" -> CommandSource.parse(SourceLine.of(text));
        case "stun" -> StunSource.parse(SourceLine.of(text));
        case "k8s" -> KubernetesSource.parse(SourceLine.of(text));
        default -> withoutOthers(text);
      };
    } catch (BadLineException e) {
      throw new IllegalArgumentException(
          "'" + kind + ":' is no source of addresses so: " + e.getMessage(), e);
    }
  }

  private static boolean isUrl(String text) {
    return text.startsWith("http://") || text.startsWith("https:");
  }

  private static AddressSource withoutOthers(String text) {
    try {
      return AddressSources.parse(text);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          message.endsWith(" or hostname") ? message + FORMS : message, e);
    }
  }

  /** Reads one of a file: a line, or a section with more to say. Problems are those of the file. */
  public static Optional<AddressSource> read(ConfigValue item) {
    return item.isMapping() ? SourceSection.read(item) : item.as(Sources::parse);
  }
}
