package dev.rgap.cli.config;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.Problems;
import dev.rgap.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whose configuration a file is, as its settings tell. */
enum FileKind {
  /** A listener's. */
  LISTENER("a listener's", "listener"),
  /** An agent's. */
  AGENT("an agent's", "agent");

  private static final List<String> OF_LISTENER =
      List.of("listen", "groups", "outputs", "state_dir", "ready_when_restored");
  private static final List<String> OF_AGENT = List.of("announce", "verify_clock");

  /** What both kinds have. */
  private static final List<String> SHARED = List.of("watch", "http", "metrics");

  private final String whose;
  private final String command;

  FileKind(String whose, String command) {
    this.whose = whose;
    this.command = command;
  }

  /** What no other kind has. */
  private List<String> settings() {
    return this == LISTENER ? OF_LISTENER : OF_AGENT;
  }

  /**
   * Adds an error if a file is not of this kind, or of both. One that can't be told passes: whoever
   * reads it says what is wrong with it.
   *
   * @return whether there is none
   */
  boolean require(ConfigNode root, String name, Problems problems) {
    FileKind other = this == LISTENER ? AGENT : LISTENER;
    String own = first(root, this);
    String foreign = first(root, other);
    if (foreign.isEmpty()) {
      return true;
    }
    if (own.isEmpty()) {
      problems.error(
          root.position(),
          foreign,
          "is a setting of " + other.whose + " file, not of " + whose,
          "'rgap " + other.command + " -c " + name + "' goes by it");
    } else {
      problems.error(
          root.position(),
          foreign,
          "is a setting of " + other.whose + " file, and '" + own + "' is one of " + whose,
          "make two files of it");
    }
    return false;
  }

  /**
   * The kind of a file, be it without fault or not.
   *
   * @return nothing if nothing tells, which is an error
   */
  static Optional<FileKind> of(ConfigNode root, Problems problems) {
    List<String> names = names(root);
    names.removeAll(SHARED);
    for (FileKind kind : values()) {
      if (!first(root, kind).isEmpty()) {
        return Optional.of(kind);
      }
    }
    for (FileKind kind : values()) {
      for (String name : names) {
        if (!Suggestion.question(name, kind.settings()).isEmpty()) {
          return Optional.of(kind); // it is misspelt
        }
      }
    }
    if (names.isEmpty()) {
      return Optional.of(LISTENER); // which can do without any
    }
    problems.error(
        root.position(),
        names.getFirst(),
        "is a setting neither of a listener's file nor of an agent's",
        "a listener's has 'groups', an agent's has 'announce'");
    return Optional.empty();
  }

  /** The first setting that only this kind has; nothing if there is none. */
  private static String first(ConfigNode root, FileKind kind) {
    for (String name : names(root)) {
      if (kind.settings().contains(name)) {
        return name;
      }
    }
    return "";
  }

  /** Not a stream: each start of a listener comes by here. */
  private static List<String> names(ConfigNode root) {
    List<String> names = new ArrayList<>();
    if (root instanceof ConfigNode.Mapping mapping) {
      for (ConfigNode.Entry entry : mapping.entries()) {
        names.add(entry.key());
      }
    }
    return names;
  }
}
