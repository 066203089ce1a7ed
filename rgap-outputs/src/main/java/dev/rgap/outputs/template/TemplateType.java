package dev.rgap.outputs.template;

import static dev.rgap.config.Readers.durations;

import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.host.files.FileSettings;
import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.host.programs.CommandRunner;
import dev.rgap.host.programs.CommandSettings;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.outputs.template.Template.TemplateException;
import dev.rgap.protocol.GroupId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kind {@code template}: a file that is a template filled in with the members of groups. */
public final class TemplateType implements OutputType<TemplateType.Config> {

  /** The greatest template, in bytes. */
  static final int MAX_SIZE = 1 << 20;

  /** What stands for the new file's name in the check command. */
  static final String CANDIDATE = "{}";

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** A group and the name that the template has for it. */
  record NamedGroup(String name, MappedGroup group) {}

  /**
   * What is configured.
   *
   * @param template what the file is made from; has been tried
   * @param destination the file
   * @param groups in the order of the configuration
   * @param checkCommand looks at a new file before it takes the place of the old one; may be empty
   * @param reloadCommand runs after each change of the file; may be empty
   * @param timeout how long each of these may run; zero = without limit
   * @param interval how often the file is looked at although nothing has changed; positive
   * @param placement how the file is written
   */
  record Config(
      Template template,
      Path destination,
      List<NamedGroup> groups,
      List<String> checkCommand,
      List<String> reloadCommand,
      Duration timeout,
      Debounce debounce,
      Duration interval,
      WantedOwnership attributes,
      ManagedFile.Placement placement) {

    Config {
      groups = List.copyOf(groups);
      checkCommand = List.copyOf(checkCommand);
      reloadCommand = List.copyOf(reloadCommand);
    }
  }

  @Override
  public String kind() {
    return "template";
  }

  @Override
  public Optional<Config> parse(ConfigValue spec, ConfiguredGroups groups) {
    try (ConfigSection settings = spec.settings()) {
      List<NamedGroup> named = parseGroups(settings.required("groups"), groups);
      Optional<Template> template =
          parseTemplate(settings.optional("source"), settings.optional("inline"), spec, named);
      Optional<Path> destination = settings.require("destination", FileSettings.file());
      ConfigValue checkSetting = settings.optional("check_command");
      List<String> check = checkSetting.read(CommandSettings.argv()).orElse(List.of());
      if (!check.isEmpty() && check.stream().noneMatch(TemplateType::namesCandidate)) {
        checkSetting.warning(
            "has no word '{}', which stands for the new file",
            "without it, it can only look at the old one");
      }
      List<String> reload =
          settings.read("reload_command", CommandSettings.argv()).orElse(List.of());
      Duration timeout =
          settings.read("timeout", CommandSettings.timeout().orElse(DEFAULT_TIMEOUT));
      Debounce debounce = settings.read("debounce", Debounce.reader(Debounce.OF_FILES));
      Duration interval =
          settings.read("interval", durations().positive().example("1m").orElse(DEFAULT_INTERVAL));
      WantedOwnership attributes = FileSettings.ownership(settings);
      ManagedFile.Placement placement = FileSettings.placement(settings);
      if (template.isEmpty() || destination.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Config(
              template.get(),
              destination.get(),
              named,
              check,
              reload,
              timeout,
              debounce,
              interval,
              attributes,
              placement));
    }
  }

  /**
   * Whether a word of the check command is, or ends with an equals sign and, what stands for the
   * new file. Elsewhere braces are what they are: a shell's, or of a configuration.
   */
  static boolean namesCandidate(String word) {
    return word.equals(CANDIDATE) || word.endsWith("=" + CANDIDATE);
  }

  private static List<NamedGroup> parseGroups(ConfigValue setting, ConfiguredGroups groups) {
    List<NamedGroup> named = new ArrayList<>();
    for (ConfigValue.Named entry : setting.named()) {
      if (!NAME.matcher(entry.name()).matches() || entry.name().equals(Scope.Root.ALL)) {
        setting
            .problems()
            .error(
                entry.namePosition(),
                entry.value().path(),
                "can't be the name of a group in a template",
                "use letters, digits and _, and another word than '" + Scope.Root.ALL + "'");
      }
      try (ConfigSection settings = entry.value().settings()) {
        MappedGroup.parse(settings, groups)
            .ifPresent(group -> named.add(new NamedGroup(entry.name(), group)));
      }
    }
    return named;
  }

  private static Optional<Template> parseTemplate(
      ConfigValue source, ConfigValue inline, ConfigValue spec, List<NamedGroup> groups) {
    if (source.isEmpty() == inline.isEmpty()) {
      spec.error(
          source.isEmpty() ? "has no template" : "has two templates",
          "give either 'source', a file, or 'inline', the template itself");
      return Optional.empty();
    }
    ConfigValue given = source.isEmpty() ? inline : source;
    Optional<String> text = source.isEmpty() ? inline.text() : read(source);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().length() > MAX_SIZE) {
      return tooLarge(given);
    }
    try {
      String name = source.isEmpty() ? "template" : source.text().orElse("template");
      Template template = Template.compile(name, text.get());
      Samples.check(template, ids(groups));
      return Optional.of(template);
    } catch (TemplateException e) {
      given.error(String.valueOf(e.getMessage()), "");
      return Optional.empty();
    }
  }

  private static Map<String, GroupId> ids(List<NamedGroup> groups) {
    Map<String, GroupId> ids = new LinkedHashMap<>();
    groups.forEach(named -> ids.put(named.name(), named.group().group()));
    return ids;
  }

  private static <T> Optional<T> tooLarge(ConfigValue template) {
    template.error("is larger than " + (MAX_SIZE >> 20) + " MiB", "is it the right file?");
    return Optional.empty();
  }

  private static Optional<String> read(ConfigValue source) {
    Optional<Path> file = source.read(FileSettings.file());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    source.readsFile(file.get());
    byte[] content;
    try {
      if (Files.exists(file.get()) && !Files.isRegularFile(file.get())) {
        source.error("is not a file", "name the file that holds the template");
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(file.get())) {
        content = in.readNBytes(MAX_SIZE + 1);
      }
    } catch (NoSuchFileException e) {
      source.error(
          "there is no file " + file.get().toAbsolutePath(), "name the file of the template");
      return Optional.empty();
    } catch (IOException e) {
      source.error("can't be read: " + e, "user " + System.getProperty("user.name") + " reads it");
      return Optional.empty();
    }
    if (content.length > MAX_SIZE) {
      return tooLarge(source);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    } catch (CharacterCodingException e) {
      source.error("is not a text in UTF-8", "save it in UTF-8");
      return Optional.empty();
    }
  }

  @Override
  public Set<GroupId> publishes(Config config) {
    return config.groups().stream().map(named -> named.group().group()).collect(Collectors.toSet());
  }

  @Override
  public Optional<Path> destination(Config config) {
    return Optional.of(config.destination());
  }

  @Override
  public long bytesPerMember(Config config, GroupId group) {
    Map<String, GroupId> ids = ids(config.groups());
    return ids.containsValue(group)
        ? (long) MappedGroup.COPIES_OF_TEXT * Samples.lengthOfMember(config.template(), ids, group)
        : 0;
  }

  @Override
  public Output create(Config config, OutputContext context) {
    return new TemplateOutput(config, context, CommandRunner.onThisHost());
  }
}
