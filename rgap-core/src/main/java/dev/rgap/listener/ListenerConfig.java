package dev.rgap.listener;

import dev.rgap.api.StableApi;
import dev.rgap.config.ConfigSection;
import dev.rgap.config.ConfigValue;
import dev.rgap.config.Problems;
import dev.rgap.config.Reader;
import dev.rgap.membership.DrainingPolicy;
import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputTypes;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.ConfiguredSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is configured for a listener: an immutable value. */
@StableApi
public final class ListenerConfig {

  /** Of heap, with small groups only. */
  private static final long BYTES_OF_LISTENER = 16 << 20;

  /** In tables and snapshots; half of that where addresses lie side by side. */
  private static final long BYTES_PER_MEMBER = 152;

  /** Of what was said last. */
  private static final long BYTES_PER_KEPT_MEMBER = 36;

  /** For rows of members that have said goodbye, and what is remembered of some of them. */
  private static final long BYTES_OF_FAREWELLS_PER_MEMBER = 96;

  /**
   * In the tables of those who are pending and have departed, which never get smaller. Such an
   * address itself needs 110 bytes, and is one of max_members: no more than a member in its place.
   */
  private static final long BYTES_OF_DAMPING_PER_MEMBER = 16;

  private final List<ConfiguredSource<?>> listen;
  private final List<GroupConfig> groups;
  private final List<ConfiguredOutput<?>> outputs;
  private final boolean watch;
  private final @Nullable StateConfig state;

  private ListenerConfig(
      List<? extends ConfiguredSource<?>> listen,
      List<GroupConfig> groups,
      List<? extends ConfiguredOutput<?>> outputs,
      boolean watch,
      @Nullable StateConfig state) {
    this.listen = List.copyOf(listen);
    this.groups = List.copyOf(groups);
    this.outputs = List.copyOf(outputs);
    this.watch = watch;
    this.state = state;
  }

  /**
   * A configuration, which does not watch files, nor keep members.
   *
   * @param listen where announcements arrive, each address once
   * @param groups the groups, each id once
   * @param outputs what the membership is handed to, each id once
   */
  public static ListenerConfig of(
      List<? extends ConfiguredSource<?>> listen,
      List<GroupConfig> groups,
      List<? extends ConfiguredOutput<?>> outputs) {
    return new ListenerConfig(listen, groups, outputs, false, null);
  }

  /** Where announcements arrive. */
  public List<ConfiguredSource<?>> listen() {
    return listen;
  }

  /** The groups. */
  public List<GroupConfig> groups() {
    return groups;
  }

  /** What the membership is handed to, in the order of the file. */
  public List<ConfiguredOutput<?>> outputs() {
    return outputs;
  }

  /**
   * About how many bytes of heap a listener needs when all groups have as many members as they may
   * have and all outputs are at work: what whoever holds the keys can make it need.
   */
  public long heapWhenFull() {
    double bytes = BYTES_OF_LISTENER;
    for (GroupConfig group : groups) {
      double perMember = BYTES_PER_MEMBER;
      if (group.damping() != null) {
        perMember += BYTES_OF_DAMPING_PER_MEMBER;
      }
      if (state != null) {
        perMember += BYTES_PER_KEPT_MEMBER;
      }
      if (group.farewells() || group.draining() == DrainingPolicy.REMOVE) {
        perMember += BYTES_OF_FAREWELLS_PER_MEMBER;
      }
      for (ConfiguredOutput<?> output : outputs) {
        perMember += output.bytesPerMember(group.id());
      }
      bytes += perMember * group.maxMembers();
    }
    return (long) bytes;
  }

  /** The same with these outputs. */
  public ListenerConfig withOutputs(List<? extends ConfiguredOutput<?>> others) {
    return new ListenerConfig(listen, groups, others, watch, state);
  }

  /** Whether the program is to read its files again when they change. */
  public boolean watch() {
    return watch;
  }

  /** The same, which watches files or does not. */
  public ListenerConfig withWatch(boolean watched) {
    return new ListenerConfig(listen, groups, outputs, watched, state);
  }

  /** Where members are kept so that they survive the process; null for nowhere. */
  public @Nullable StateConfig state() {
    return state;
  }

  /** The same, which keeps members there; null for nowhere. */
  public ListenerConfig withState(@Nullable StateConfig kept) {
    return new ListenerConfig(listen, groups, outputs, watch, kept);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ListenerConfig that
        && listen.equals(that.listen)
        && groups.equals(that.groups)
        && outputs.equals(that.outputs)
        && watch == that.watch
        && Objects.equals(state, that.state);
  }

  @Override
  public int hashCode() {
    return Objects.hash(listen, groups, outputs, watch, state);
  }

  /**
   * Reads a configuration file's root. Keys stand in the file itself.
   *
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<ListenerConfig> parse(ConfigValue root, OutputTypes outputTypes) {
    return parse(
        root,
        outputTypes,
        name -> {
          name.error("files with keys are not read here", "write the key itself, as psk");
          return Optional.empty();
        });
  }

  /**
   * Reads a configuration file's root.
   *
   * @param keyFiles reads the file that a {@code psk_file} names
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<ListenerConfig> parse(
      ConfigValue root, OutputTypes outputTypes, Reader<PreSharedKey> keyFiles) {
    return parse(root, outputTypes, keyFiles, settings -> {});
  }

  /**
   * Reads the root of a configuration file that has settings for others than the listener, too.
   *
   * @param keyFiles reads the file that a {@code psk_file} names
   * @param others asks for these settings; whatever nobody asks for is an error
   * @return the configuration, or nothing if {@link Problems#hasErrors}
   */
  public static Optional<ListenerConfig> parse(
      ConfigValue root,
      OutputTypes outputTypes,
      Reader<PreSharedKey> keyFiles,
      Consumer<? super ConfigSection> others) {
    return ListenerConfigReader.read(root, outputTypes, new KeySettings(keyFiles), others);
  }
}
