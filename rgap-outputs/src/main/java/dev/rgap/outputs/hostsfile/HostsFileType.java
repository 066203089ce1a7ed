package dev.rgap.outputs.hostsfile;

import static dev.rgap.config.Readers.booleans;
import static dev.rgap.config.Readers.durations;
import static dev.rgap.config.Readers.listOf;
import static dev.rgap.config.Readers.parsed;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.files.FileSettings;
import dev.rgap.host.files.ManagedFile;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.GroupId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kind {@code hostsfile}: a file of addresses and host names, like hosts(5). */
public final class HostsFileType implements OutputType<HostsFileType.Config> {

  /** A host name and whose addresses it stands for. */
  record Mapping(String hostname, MappedGroup group) {}

  /**
   * What is configured.
   *
   * @param interval how often the file is looked at although nothing has changed; positive
   * @param filename the file
   * @param prependLines what stands before the addresses
   * @param appendLines what stands after them
   * @param section whether only the lines from the first to the last of these are managed, and the
   *     rest of the file is kept
   * @param placement how the file is written
   */
  record Config(
      Duration interval,
      Path filename,
      List<Mapping> mappings,
      List<String> prependLines,
      List<String> appendLines,
      boolean section,
      Debounce debounce,
      ManagedFile.Placement placement) {

    Config {
      mappings = List.copyOf(mappings);
      prependLines = List.copyOf(prependLines);
      appendLines = List.copyOf(appendLines);
    }
  }

  private static final Pattern ENDS_OF_LINES = Pattern.compile("[\\r\\n]+\\z");

  /** What can't be part of a name in hosts(5), or would end it. */
  private static final Pattern NOT_IN_NAMES = Pattern.compile("[\\p{Cntrl}\\s#]");

  private static final Pattern BLANKS = Pattern.compile(" +");

  /** The file that a host needs for more than what we put there. */
  private static final Path HOSTS = Path.of("/etc/hosts");

  @Override
  public String kind() {
    return "hostsfile";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      Optional<Duration> interval =
          settings.require("interval", durations().positive().example("15s"));
      ConfigValue nameSetting = settings.required("filename");
      Optional<Path> filename = nameSetting.read(FileSettings.file());
      ConfigValue mappingList = settings.optional("mappings");
      List<Mapping> mappings =
          mappingList.read(listOf(item -> mapping(item, groups))).orElse(List.of());
      if (mappingList.isEmpty() || mappingList.isEmptyList()) {
        mappingList.warning("no host name is mapped", "the file will have no addresses");
      }
      List<String> prepend = lines(settings, "prepend_lines");
      List<String> append = lines(settings, "append_lines");
      boolean section =
          settings.read(
              "section",
              booleans()
                  .where(
                      given -> !given || differ(prepend, append),
                      "needs prepend_lines and append_lines, which differ: the section is found"
                          + " by them",
                      "write for example prepend_lines: ['# BEGIN rgap'] and append_lines:"
                          + " ['# END rgap']")
                  .orElse(false));
      Debounce debounce = settings.read("debounce", Debounce.reader(Debounce.OF_FILES));
      ManagedFile.Placement placement = FileSettings.placement(settings);
      if (!settings.has("section")
          && filename
              .map(Path::toAbsolutePath)
              .map(Path::normalize)
              .filter(HOSTS::equals)
              .isPresent()) {
        nameSetting.warning(
            "without section: true, all else that is in " + HOSTS + " will be lost",
            "add it, with prepend_lines and append_lines between which the addresses stand");
      }
      if (interval.isEmpty() || filename.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Config(
              interval.get(),
              filename.get(),
              mappings,
              prepend,
              append,
              section,
              debounce,
              placement));
    }
  }

  /**
   * Lines as they will stand in the file: one that was written over several is several, without the
   * ends of lines that follow the last.
   */
  private static List<String> lines(ConfigSection settings, String key) {
    return settings.list(key, HostsFileType::line).stream()
        .map(text -> ENDS_OF_LINES.matcher(text).replaceFirst(""))
        .flatMap(text -> text.isEmpty() ? Stream.of("") : text.lines())
        .toList();
  }

  private static Optional<String> line(ConfigValue line) {
    if (line.isEmpty()) {
      line.warning("is nothing, and left out", "write '' for an empty line");
      return Optional.empty();
    }
    return line.text();
  }

  private static boolean differ(List<String> prepend, List<String> append) {
    return !prepend.isEmpty() && !append.isEmpty() && !prepend.equals(append);
  }

  private static Optional<Mapping> mapping(ConfigValue setting, ConfiguredGroups groups) {
    try (ConfigSection settings = setting.settings()) {
      Optional<MappedGroup> group = MappedGroup.parse(settings, groups);
      Optional<String> hostname = settings.require("hostname", parsed(HostsFileType::names));
      return group.flatMap(present -> hostname.map(name -> new Mapping(name, present)));
    }
  }

  private static String names(String text) {
    // Not by one expression for all of them: it would recurse with each.
    boolean blanksOutside = text.startsWith(" ") || text.endsWith(" ");
    if (blanksOutside || !BLANKS.splitAsStream(text).allMatch(HostsFileType::isName)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no host name, nor several with blanks between them");
    }
    return text;
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && !NOT_IN_NAMES.matcher(text).find();
  }

  @Override
  public Set<GroupId> publishes(Config config) {
    return config.mappings().stream()
        .map(mapping -> mapping.group().group())
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<Path> destination(Config config) {
    return Optional.of(config.filename());
  }

  @Override
  public long bytesPerMember(Config config, GroupId group) {
    long bytes = 0;
    for (Mapping mapping : config.mappings()) {
      if (mapping.group().group().equals(group)) {
        int line = MappedGroup.ADDRESS_LENGTH + mapping.hostname().length() + 2;
        bytes += (long) MappedGroup.COPIES_OF_TEXT * line;
      }
    }
    return bytes;
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new HostsFileOutput(config, context);
  }
}
