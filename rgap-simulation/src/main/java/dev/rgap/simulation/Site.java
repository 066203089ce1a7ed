package dev.rgap.simulation;

import dev.rgap.config.ConfigValue;
import dev.rgap.listener.Changes;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.listener.StateConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.metrics.Metrics;
import dev.rgap.output.ConfiguredGroups;
import dev.rgap.output.ConfiguredOutput;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.output.OutputId;
import dev.rgap.output.OutputType;
import dev.rgap.outputs.publish.Debounce;
import dev.rgap.outputs.publish.RetryPolicy;
import dev.rgap.outputs.publish.StatePublisher;
import dev.rgap.outputs.publish.Step;
import dev.rgap.protocol.GroupId;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.DatagramHandler;
import dev.rgap.transport.DatagramSource;
import dev.rgap.transport.Sender;
import dev.rgap.transport.SourceContext;
import dev.rgap.transport.SourceType;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A host that listens: a listener as it is, in a program that ends and starts. */
final class Site implements SimulatedNetwork.Receiver {

  /** Is told what happens at a site. */
  interface Observer {
    /** A program has been made, and begins to start. */
    void starting(Site site);

    /** It has started. */
    void started(Site site);

    /** A datagram comes to the program. */
    void arrives(Site site, byte[] datagram);

    /** The program has dealt with it. */
    void dealtWith(Site site, byte[] datagram);

    /** It goes by the file that is there now as soon as this is run. */
    void reloads(Site site, Supplier<Changes> reload);

    void happened(Site site, MembershipEvent event);

    void published(Site site, GroupSnapshot group);

    /** The file of members is another one. */
    void wrote(Site site, byte[] members);
  }

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(8);
  private static final Path DIRECTORY = Path.of("/var/lib/rgap");

  private final Host host;
  private final Observer observer;
  private final BiConsumer<Program, Throwable> thrown;
  private final SimulatedDisk disk;
  private final Deque<Runnable> buffer = new ArrayDeque<>();

  private List<GroupConfig> groups;

  /** What the program goes by, which may not have read the file yet. */
  private List<GroupConfig> read = List.of();

  private boolean keeps = true;
  private int room = 1_000;
  private boolean refuses;

  private @Nullable Program program;
  private @Nullable Listener listener;
  private @Nullable DatagramHandler handler;

  Site(
      Host host,
      List<GroupConfig> groups,
      Observer observer,
      BiConsumer<Program, Throwable> thrown) {
    this.host = host;
    this.groups = List.copyOf(groups);
    this.observer = observer;
    this.thrown = thrown;
    this.disk = new SimulatedDisk(members -> observer.wrote(this, members));
  }

  Host host() {
    return host;
  }

  String name() {
    return host.name();
  }

  SimulatedDisk disk() {
    return disk;
  }

  @Nullable Program program() {
    return program;
  }

  boolean isRunning() {
    return listener != null && program != null && program.isAlive();
  }

  /** What runs on it. */
  Listener listener() {
    Listener running = listener;
    if (running == null) {
      throw new IllegalStateException(name() + " does not run");
    }
    return running;
  }

  // --- what is configured ------------------------------------------------------------------------

  /** What is in the file. */
  List<GroupConfig> groups() {
    return groups;
  }

  /** What the program goes by. */
  List<GroupConfig> inUse() {
    return read;
  }

  /** One of those that the program goes by. */
  @Nullable GroupConfig group(GroupId id) {
    for (GroupConfig group : read) {
      if (group.id().equals(id)) {
        return group;
      }
    }
    return null;
  }

  boolean keepsState() {
    return keeps;
  }

  private ListenerConfig config() {
    read = groups;
    List<ConfiguredOutput<?>> outputs = new ArrayList<>();
    for (GroupConfig group : groups) {
      outputs.add(
          new ConfiguredOutput<>(new OutputId("list " + group.id()), new Lists(), group.id()));
    }
    List<ConfiguredSource<?>> sources = List.of(new ConfiguredSource<>(new Arrivals(), name()));
    return ListenerConfig.of(sources, groups, outputs)
        .withState(keeps ? new StateConfig(DIRECTORY, true) : null);
  }

  /** Another file is there, and is read. */
  void reload(List<GroupConfig> changed, boolean keepsState) {
    groups = List.copyOf(changed);
    keeps = keepsState;
    Program told = program;
    if (told != null) {
      told.runLater(() -> observer.reloads(this, () -> listener().reconfigure(config())));
    }
  }

  /** Whether what it publishes to takes nothing. */
  void refuse(boolean nothing) {
    refuses = nothing;
  }

  boolean refuses() {
    return refuses;
  }

  // --- its program -------------------------------------------------------------------------------

  void start() {
    if (program != null && program.isAlive()) {
      return;
    }
    Program begun = new Program(host, "listener", thrown);
    program = begun;
    buffer.clear();
    handler = null;
    begun.run(() -> {
      Listener made =
          Listener.builder(config())
              .clock(host)
              .schedulers(begun::scheduler)
              .metrics(new Metrics())
              .stateFiles(path -> disk.of(begun))
              .onFailure(e -> thrown.accept(begun, e))
              .build();
      listener = made;
      observer.starting(this);
      try {
        made.start();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      observer.started(this);
    });
  }

  /** Ends it as by SIGTERM. */
  void close() {
    Program ending = program;
    if (ending != null && ending.isRunning() && listener != null) {
      disk.spare();
      ending.run(listener::close);
      kill();
    }
  }

  /** Ends it as by SIGKILL. */
  void kill() {
    if (program != null) {
      program.kill();
    }
    listener = null;
    handler = null;
    buffer.clear();
  }

  void stop() {
    if (program != null) {
      program.stop();
    }
  }

  void goOn() {
    if (program != null) {
      program.goOn();
    }
  }

  // --- what comes --------------------------------------------------------------------------------

  /** As many datagrams fit into the socket's buffer. */
  void limitBuffer(int datagrams) {
    room = datagrams;
  }

  @Override
  public void arrived(byte[] datagram, String sender) {
    Program by = program;
    if (by == null || !by.isAlive() || host.isAsleep() || handler == null) {
      return;
    }
    if (by.isRunning() && buffer.isEmpty()) {
      by.run(() -> handle(datagram, sender));
    } else if (buffer.size() < room) {
      buffer.add(() -> handle(datagram, sender));
      if (buffer.size() == 1) {
        by.run(this::handleBuffered);
      }
    }
  }

  private void handleBuffered() {
    for (Runnable next; (next = buffer.poll()) != null; ) {
      next.run();
    }
  }

  private void handle(byte[] datagram, String sender) {
    DatagramHandler by = handler;
    if (by != null) {
      observer.arrives(this, datagram);
      by.received(datagram.clone(), datagram.length, new From(sender));
      observer.dealtWith(this, datagram);
    }
  }

  private record From(String label) implements Sender {
    @Override
    public @Nullable InetAddress address() {
      return null;
    }
  }

  private final class Arrivals implements SourceType<String> {
    @Override
    public String scheme() {
      return "simulated";
    }

    @Override
    public String parse(String address) {
      return address;
    }

    @Override
    public String label(String config) {
      return config;
    }

    @Override
    public DatagramSource create(String config, SourceContext context) {
      return new DatagramSource() {
        @Override
        public void start(DatagramHandler with) {
          handler = with;
        }

        @Override
        public String label() {
          return config;
        }

        @Override
        public void close() {
          handler = null;
        }
      };
    }
  }

  // --- what is published -------------------------------------------------------------------------

  private final class Lists implements OutputType<GroupId> {
    @Override
    public String kind() {
      return "list";
    }

    @Override
    public Optional<GroupId> parse(ConfigValue spec, ConfiguredGroups configured) {
      throw new UnsupportedOperationException("is not in files");
    }

    @Override
    public Output create(GroupId group, OutputContext context) {
      StatePublisher publisher =
          new StatePublisher(
              context,
              Set.of(group),
              Debounce.OF_FILES,
              Optional.empty(),
              RetryPolicy.endless(FIRST_RETRY, LONGEST_RETRY),
              Site.this::publish);
      return new Output() {
        @Override
        public void start() {
          var _ = context.subscribe(Set.of(group), event -> observer.happened(Site.this, event));
          publisher.start();
        }

        @Override
        public void close() {
          publisher.close();
        }
      };
    }
  }

  private Step.Outcome publish(List<GroupSnapshot> now) throws IOException {
    if (refuses) {
      throw new IOException("connection refused");
    }
    now.forEach(group -> observer.published(this, group));
    return Step.Outcome.PUBLISHED;
  }

  /** Who is a member of what, by the program that runs. */
  Membership membership() {
    return listener().membership();
  }
}
