package dev.rgap.listener;

import dev.rgap.membership.GroupConfig;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.OutputId;
import dev.rgap.protocol.GroupId;
import dev.rgap.transport.ConfiguredSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Takes a running listener from the configuration that it has to another one. Whatever is the same
 * in both is not touched.
 *
 * <pre>
 *   groups that are new, or have changed     before anybody asks for them
 *   where members are kept                   with those groups
 *   outputs: gone, changed, new              while what they publish is still there
 *   sources: new, then those that are gone   so that nothing is missed in between
 *   groups that are gone                     when no output publishes them any more
 * </pre>
 */
final class Reconfiguration {

  /** Changes one part of the listener. */
  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  private final Listener listener;
  private final ListenerConfig wanted;
  private final List<String> made = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  Reconfiguration(Listener listener, ListenerConfig wanted) {
    this.listener = listener;
    this.wanted = wanted;
  }

  /** Makes all changes that can be made. */
  Changes apply() {
    Map<GroupId, GroupConfig> before = byId(listener.groupConfigs(), GroupConfig::id);
    for (GroupConfig group : wanted.groups()) {
      GroupConfig known = before.remove(group.id());
      if (known == null) {
        listener.addGroup(group);
        made.add("group " + group.id() + " added");
      } else if (!known.equals(group)) {
        listener.replaceGroup(group);
        made.add("group " + group.id() + " changed");
      }
    }
    if (!Objects.equals(listener.configuredState(), wanted.state())) {
      listener.replaceState(wanted.state());
      made.add("state_dir changed");
    }
    applyOutputs();
    applySources();
    for (GroupId gone : before.keySet()) {
      listener.removeGroup(gone);
      made.add("group " + gone + " removed");
    }
    return new Changes(made, failed);
  }

  private void applyOutputs() {
    Map<OutputId, ConfiguredOutput<?>> before =
        byId(listener.configuredOutputs(), ConfiguredOutput::id);
    Map<OutputId, ConfiguredOutput<?>> gone = new LinkedHashMap<>(before);
    for (ConfiguredOutput<?> output : wanted.outputs()) {
      gone.remove(output.id());
    }
    for (OutputId id : gone.keySet()) {
      listener.removeOutput(id);
      made.add("output " + id + " removed");
    }
    for (ConfiguredOutput<?> output : wanted.outputs()) {
      ConfiguredOutput<?> known = before.get(output.id());
      if (known == null) {
        tried("output", output.id().text(), "added", () -> listener.addOutput(output));
      } else if (!known.equals(output)) {
        tried("output", output.id().text(), "changed", () -> listener.replaceOutput(output));
      }
    }
  }

  private void applySources() {
    Map<Object, ConfiguredSource<?>> gone =
        byId(listener.configuredSources(), ConfiguredSource::identity);
    List<ConfiguredSource<?>> missing = new ArrayList<>();
    for (ConfiguredSource<?> source : wanted.listen()) {
      ConfiguredSource<?> known = gone.get(source.identity());
      if (known == null) {
        missing.add(source);
      } else if (known.equals(source)) {
        gone.remove(source.identity());
      } else {
        missing.add(source);
      }
    }
    // A new one may need the port of one that is to go.
    List<ConfiguredSource<?>> later = new ArrayList<>();
    for (ConfiguredSource<?> source : missing) {
      if (gone.containsKey(source.identity()) || !added(source)) {
        later.add(source);
      }
    }
    for (ConfiguredSource<?> source : gone.values()) {
      listener.removeSource(source);
      made.add("source " + source.label() + " removed");
    }
    for (ConfiguredSource<?> source : later) {
      tried("source", source.label(), "added", () -> listener.addSource(source));
    }
  }

  private boolean added(ConfiguredSource<?> source) {
    try {
      listener.addSource(source);
      made.add("source " + source.label() + " added");
      return true;
    } catch (IOException e) {
      return false; // is said if it can't be had without the others either
    }
  }

  private void tried(String kind, String name, String done, Change change) {
    String what = kind + " " + name;
    try {
      change.make();
      made.add(what + " " + done);
    } catch (IOException e) {
      // Says already which one could not be had.
      failed.add(kind + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // Its own fault, which no other is to suffer from.
      failed.add(what + ": " + e);
    }
  }

  private static <K, V> Map<K, V> byId(List<? extends V> all, Function<? super V, ? extends K> id) {
    Map<K, V> map = new LinkedHashMap<>();
    for (V each : all) {
      map.put(id.apply(each), each);
    }
    return map;
  }
}
