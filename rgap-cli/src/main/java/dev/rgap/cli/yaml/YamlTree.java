package dev.rgap.cli.yaml;

import dev.rgap.config.ConfigNode;
import dev.rgap.config.ConfigNode.Entry;
import dev.rgap.config.ConfigNode.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Makes the tree of one document from a parser's events.
 *
 * <p>Made from events rather than from the parser's own tree, because that one forgets where an
 * alias stands, merges at once, and recurses as deep as the file wants.
 */
final class YamlTree {

  static final int MAX_DEPTH = 100;

  /** Values and names of a document; with more of them, it would not fit into a listener's heap. */
  static final int MAX_NODES = 500_000;

  /** What may be asked for in all; far more than the greatest file has without aliases. */
  private static final long MAX_EXPANSION = 20_000_000;

  private static final String TAG = "tag:yaml.org,2002:";
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  /** The file is nested too deep, or there is too much in it. The message says which. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Optional<Mark> mark;

    TooLargeException(String message, Optional<Mark> mark) {
      super(message);
      this.mark = mark;
    }
  }

  private final Parser parser;
  private final Map<Anchor, ConfigNode> anchors = new HashMap<>();
  private int depth;
  private int nodes;
  private long expanded;

  /** Reads from a parser that stands before a document. */
  YamlTree(Parser parser) {
    this.parser = parser;
  }

  /** Reads the document to its end. */
  ConfigNode document() {
    parser.next();
    ConfigNode root = node();
    parser.next();
    return root;
  }

  private ConfigNode node() {
    Event event = parser.next();
    Position position = YamlReader.position(event.getStartMark());
    if (++nodes > MAX_NODES) {
      throw new TooLargeException(
          "the file has more than " + MAX_NODES + " values; is it the right file?",
          event.getStartMark());
    }
    if (event instanceof AliasEvent alias) {
      ConfigNode target = anchors.get(alias.getAlias());
      if (target == null) {
        throw new ComposerException("found undefined alias", alias.getStartMark());
      }
      return moved(target, position);
    }
    if (++depth > MAX_DEPTH) {
      throw new TooLargeException(
          "is nested more than " + MAX_DEPTH + " levels deep", event.getStartMark());
    }
    ConfigNode node;
    if (event instanceof ScalarEvent scalar) {
      node = anchored(scalar, scalar(scalar, position));
    } else if (event instanceof SequenceStartEvent start) {
      node = sequence(start, position);
    } else if (event instanceof MappingStartEvent start) {
      node = mapping(start, position);
    } else {
      throw new ComposerException("unexpected " + event, event.getStartMark());
    }
    depth--;
    return node;
  }

  private ConfigNode sequence(SequenceStartEvent start, Position position) {
    SequenceNode sequence = new SequenceNode(position, new ArrayList<>());
    anchored(start, sequence);
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      sequence.children.add(node());
    }
    parser.next();
    return sequence;
  }

  private ConfigNode mapping(MappingStartEvent start, Position position) {
    MappingNode mapping = new MappingNode(position, new ArrayList<>(), new ArrayList<>());
    anchored(start, mapping);
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      addEntry(mapping);
    }
    parser.next();
    return mapping;
  }

  private ConfigNode anchored(NodeEvent event, ConfigNode node) {
    event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private static ConfigNode scalar(ScalarEvent event, Position position) {
    String text = event.getValue();
    String tag = event.getTag().orElse("");
    boolean plain = tag.isEmpty() && event.getScalarStyle() == ScalarStyle.PLAIN;
    if ((plain || tag.equals(TAG + "null")) && NULLS.contains(text)) {
      return new ConfigNode.Empty(position);
    }
    return tag.equals(TAG + "binary")
        ? binary(text, position)
        : new ConfigNode.Scalar(position, text);
  }

  private static ConfigNode binary(String text, Position position) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
      String decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new ConfigNode.Scalar(position, decoded);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return new ConfigNode.Faulty(
          position, "is no text in Base64", "write the text as it is, without !!binary");
    }
  }

  /** What an alias stands for, at the alias's own place. */
  private ConfigNode moved(ConfigNode target, Position to) {
    return switch (target) {
      case ConfigNode.Empty empty -> new ConfigNode.Empty(to);
      case ConfigNode.Scalar scalar -> new ConfigNode.Scalar(to, scalar.text());
      case ConfigNode.Faulty faulty -> new ConfigNode.Faulty(to, faulty.what(), faulty.hint());
      case SequenceNode sequence -> new SequenceNode(to, sequence.children);
      case MappingNode mapping -> new MappingNode(to, mapping.own, mapping.merged);
      default -> throw new IllegalStateException("made elsewhere: " + target);
    };
  }

  private void addEntry(MappingNode mapping) {
    Event event = parser.peekEvent();
    Position position = YamlReader.position(event.getStartMark());
    boolean merge = event instanceof ScalarEvent scalar && isMerge(scalar);
    String text = event instanceof ScalarEvent scalar ? scalar.getValue() : "";
    ConfigNode key = node();
    ConfigNode value = node();
    if (merge && mapping.merged.isEmpty()) {
      mapping.merged.add(new Entry(position, "<<", value));
    } else if (merge) {
      mapping.own.add(faulty(position, "<<", "is given twice", "write one '<<: [*a, *b]'"));
    } else {
      mapping.own.add(entry(position, key, text, value));
    }
  }

  private static Entry entry(Position position, ConfigNode key, String text, ConfigNode value) {
    if (key instanceof ConfigNode.Scalar scalar) {
      return new Entry(position, scalar.text(), value);
    } else if (key instanceof ConfigNode.Empty) {
      return faulty(position, text, "a name is missing here", "put it in quotes if this is one");
    } else if (key instanceof ConfigNode.Faulty bad) {
      return faulty(position, "?", bad.what(), bad.hint());
    }
    return notAName(position, key instanceof ConfigNode.Sequence ? "a list" : "a mapping");
  }

  private static boolean isMerge(ScalarEvent event) {
    String tag = event.getTag().orElse("");
    return event.getValue().equals("<<")
        && (tag.equals(TAG + "merge")
            || (tag.isEmpty() && event.getScalarStyle() == ScalarStyle.PLAIN));
  }

  private static Entry notAName(Position position, String found) {
    return faulty(
        position, "?", "a name is expected here, this is " + found, "put braces in quotes");
  }

  private static Entry faulty(Position position, String key, String what, String hint) {
    return new Entry(position, key, new ConfigNode.Faulty(position, what, hint));
  }

  /** Counts what is handed out; true if a file has multiplied itself beyond what anybody writes. */
  private boolean exhausted(int more) {
    expanded += more;
    return expanded > MAX_EXPANSION;
  }

  private static ConfigNode.Faulty tooMuch(Position position) {
    return new ConfigNode.Faulty(
        position, "the aliases of this file multiply beyond all measure", "use fewer of them");
  }

  /** A list; an alias of it shares the children. */
  private final class SequenceNode implements ConfigNode.Sequence {
    private final Position position;
    private final List<ConfigNode> children;

    SequenceNode(Position position, List<ConfigNode> children) {
      this.position = position;
      this.children = children;
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public List<ConfigNode> items() {
      return exhausted(children.size())
          ? List.of(tooMuch(position))
          : Collections.unmodifiableList(children);
    }
  }

  /** A mapping; an alias of it shares the entries. */
  private final class MappingNode implements ConfigNode.Mapping {
    private final Position position;
    private final List<Entry> own;

    /** The entry {@code <<}, if there is one. */
    private final List<Entry> merged;

    MappingNode(Position position, List<Entry> own, List<Entry> merged) {
      this.position = position;
      this.own = own;
      this.merged = merged;
    }

    @Override
    public Position position() {
      return position;
    }

    /** The mapping's own entries, then merged ones with names that were not there before. */
    @Override
    public List<Entry> entries() {
      List<Entry> entries = new ArrayList<>(own);
      Set<String> names = new HashSet<>();
      own.forEach(entry -> names.add(entry.key()));
      Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
      visited.add(own);
      Deque<MappingNode> pending = new ArrayDeque<>();
      addMerged(pending, entries);
      int passed = own.size();
      while (!pending.isEmpty()) {
        MappingNode next = pending.pop();
        if (visited.add(next.own)) {
          passed += next.own.size() + 1;
          next.own.stream().filter(entry -> names.add(entry.key())).forEach(entries::add);
          next.addMerged(pending, entries);
        }
      }
      return exhausted(passed)
          ? List.of(new Entry(position, "*", tooMuch(position)))
          : Collections.unmodifiableList(entries);
    }

    /** Puts what is merged into this mapping on top of the pile, the first uppermost. */
    private void addMerged(Deque<MappingNode> pile, List<Entry> faults) {
      for (Entry merge : merged) {
        List<ConfigNode> sources =
            merge.value() instanceof SequenceNode list ? list.children : List.of(merge.value());
        for (ConfigNode source : sources.reversed()) {
          if (source instanceof MappingNode mapping) {
            pile.push(mapping);
          } else {
            faults.add(
                faulty(
                    merge.keyPosition(),
                    "<<",
                    "can only take in mappings",
                    "write '<<: *name' or '<<: [*name, *other]'"));
          }
        }
      }
    }
  }
}
