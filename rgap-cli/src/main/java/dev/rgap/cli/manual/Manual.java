package dev.rgap.cli.manual;

import dev.rgap.output.OutputType;
import dev.rgap.outputs.BuiltinOutputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The pages about the configuration: one about a listener's file, {@value #CONFIGURATION}, one
 * about {@value #HTTP} in it, one about an agent's, {@value #AGENT_FILE}, and one about each kind
 * of output. They are the project's own documents, which the build puts into the jars, and are read
 * and laid out only for those who ask for them:
 *
 * <pre>
 * docs/configuration.md                  -> META-INF/rgap/help/configuration.md
 * docs/http.md                           -> META-INF/rgap/help/http.md
 * docs/agent-file.md                     -> META-INF/rgap/help/agent-file.md
 * dev/rgap/outputs/dns/README.md         -> META-INF/rgap/help/dns/README.md
 * a jar with an output of another project : META-INF/rgap/help/KIND/README.md
 * </pre>
 */
public final class Manual {

  /** The page about a listener's file as a whole. */
  public static final String CONFIGURATION = "configuration";

  /** The page about asking a listener, and its settings. */
  static final String HTTP = "http";

  /** The page about an agent's file. */
  public static final String AGENT_FILE = "agent-file";

  /** The pages that are documents of their own. */
  static final List<String> DOCUMENTS = List.of(CONFIGURATION, HTTP, AGENT_FILE);

  private static final String PLACE = "META-INF/rgap/help/";

  /** What kinds of output may be called; nothing that leads elsewhere. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

  private Manual() {}

  /** The topics that come with rgap. Outputs of other jars may have pages, too. */
  public static List<String> topics() {
    List<String> topics = new ArrayList<>(DOCUMENTS);
    for (OutputType<?> type : BuiltinOutputs.types()) {
      topics.add(type.kind());
    }
    return topics;
  }

  /**
   * A page for the terminal.
   *
   * @return nothing if there is no page about this
   */
  public static Optional<String> text(String topic) throws IOException {
    return page(topic).map(ManualText::of);
  }

  /**
   * A manual page of section 5, called {@link #pageName}.
   *
   * @param version what it is made for
   * @return nothing if there is no page about this
   */
  public static Optional<String> roff(String topic, String version) throws IOException {
    return page(topic).map(page -> ManualPage.of(topic, page, version));
  }

  /**
   * What the manual page about a topic is called: {@code rgap.yaml}, {@code rgap-agent.yaml},
   * {@code rgap-dns}.
   */
  public static String pageName(String topic) {
    return switch (topic) {
      case CONFIGURATION -> "rgap.yaml";
      case AGENT_FILE -> "rgap-agent.yaml";
      default -> "rgap-" + topic;
    };
  }

  private static Optional<List<Block>> page(String topic) throws IOException {
    if (!NAME.matcher(topic).matches()) {
      return Optional.empty();
    }
    String file = DOCUMENTS.contains(topic) ? topic + ".md" : topic + "/README.md";
    try (InputStream in = Manual.class.getClassLoader().getResourceAsStream(PLACE + file)) {
      return in == null
          ? Optional.empty()
          : Optional.of(MarkdownReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }
}
