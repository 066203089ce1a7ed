package dev.rgap.http;

import dev.rgap.api.InternalApi;
import dev.rgap.host.files.WantedOwnership;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unix socket of a listener or of agents, by which their host's administrator asks them.
 *
 * <p>It is made in a directory that nobody else can enter, and gets its name when it has its mode
 * and its owner: nobody sees it before. A name that a process has left behind, on which nobody
 * listens any more, is taken over.
 *
 * <pre>
 *   $RUNTIME_DIRECTORY/listener-PID.sock     as a service of systemd
 *   /run/rgap/listener-PID.sock              as root
 *   $XDG_RUNTIME_DIR/rgap/listener-PID.sock  as another user
 * </pre>
 *
 * <p>Agents' are called {@code agent-PID.sock}. As services they have a directory each, {@code
 * /run/rgap-agent/NAME} or {@code /run/rgap-agents/NAME}, which goes when one is stopped.
 *
 * <p>In a PID namespace of its own, as a container has, the namespace's number follows that of the
 * process.
 */
@InternalApi
public final class LocalSocket {

  /** Whose a socket is. */
  public enum Kind {
    /** A listener's. */
    LISTENER("listener-"),
    /** That of a process with agents. */
    AGENT("agent-");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final String OF_ROOT = "/run/rgap";

  /** Have a directory for each service. */
  private static final List<String> OF_AGENTS = List.of("/run/rgap-agent", "/run/rgap-agents");

  /** The namespace of a host's own processes, which Linux always numbers so. */
  private static final String OF_HOST = "pid:[4026531836]";

  private static final String SUFFIX = ".sock";

  private final ServerSocketChannel channel;
  private final Path path;

  /** Which file it is: the name may be another's by the time this is closed. */
  private final @Nullable Object key;

  private LocalSocket(ServerSocketChannel channel, Path path, @Nullable Object key) {
    this.channel = channel;
    this.path = path;
    this.key = key;
  }

  ServerSocketChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  /**
   * Opens it.
   *
   * @param variables the environment
   * @return nothing if there is no place for it
   */
  static Optional<LocalSocket> open(
      Kind kind, HttpConfig.Socket config, Map<String, String> variables) throws IOException {
    Optional<Path> path = config.path();
    if (path.isEmpty()) {
      Optional<Path> directory = directory(variables);
      if (directory.isEmpty()) {
        return Optional.empty();
      }
      Files.createDirectories(directory.get());
      removeLeftovers(kind, directory.get());
      path = Optional.of(directory.get().resolve(name(kind, ownPid())));
    }
    return Optional.of(open(path.get().toAbsolutePath(), config.ownership()));
  }

  private static LocalSocket open(Path path, WantedOwnership ownership) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!isSocket(path)) {
        throw new IOException(path + " is there and is no socket");
      }
      if (!isLeft(path)) {
        throw new IOException(path + " is the socket of another process");
      }
    }
    Path directory = Objects.requireNonNull(path.getParent(), "an absolute path has one");
    // Not createTempDirectory: it would load all that random numbers need, at each start.
    Path apart =
        Files.createDirectory(
            directory.resolve(".new".concat(Long.toHexString(System.nanoTime()))),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path made = apart.resolve("s");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(made));
      Files.setPosixFilePermissions(
          made, ownership.mode().orElse(PosixFilePermissions.fromString("rw-------")));
      if (ownership.user().isPresent()) {
        Files.setOwner(made, names(path).lookupPrincipalByName(ownership.user().get()));
      }
      if (ownership.group().isPresent()) {
        Files.setAttribute(
            made, "posix:group", names(path).lookupPrincipalByGroupName(ownership.group().get()));
      }
      Object key = key(made);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      return new LocalSocket(channel, path, key);
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(made);
      throw e;
    } finally {
      Files.deleteIfExists(apart);
    }
  }

  private static UserPrincipalLookupService names(Path path) {
    return path.getFileSystem().getUserPrincipalLookupService();
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Takes the name away, if it is still this one's. The channel is closed by who accepts. */
  void remove() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(key, key(path))) {
      Files.deleteIfExists(path);
    }
  }

  /** Of Linux, where that tells: what Java has for it loads a good deal. */
  private static String ownPid() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self")).toString();
    } catch (IOException | RuntimeException e) {
      return Long.toString(ProcessHandle.current().pid());
    }
  }

  /** Where not all processes of the host are seen, their numbers say too little. */
  private static String name(Kind kind, String pid) {
    String among = "";
    try {
      Path namespace = Files.readSymbolicLink(Path.of("/proc", pid, "ns", "pid"));
      if (!namespace.toString().equals(OF_HOST)) {
        among = "-" + namespace.toString().replaceAll("[^0-9]", "");
      }
    } catch (IOException | RuntimeException e) {
      // No Linux, or another user's.
    }
    return kind.prefix + pid + among + SUFFIX;
  }

  private static boolean isSocket(Path path) {
    return !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(path);
  }

  /** Whether nobody listens on a socket any more. */
  private static boolean isLeft(Path path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // of one whose queue is full it is an error to wait
      channel.connect(UnixDomainSocketAddress.of(path));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Those of processes that have ended otherwise than by closing them. */
  private static void removeLeftovers(Kind kind, Path directory) throws IOException {
    for (Path path : in(kind, directory)) {
      if (!Files.exists(Path.of("/proc", pid(path))) && isSocket(path) && isLeft(path)) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** The number of the process that a socket is named after, as that itself knows it. */
  public static String pid(Path socket) {
    String[] parts = socket.getFileName().toString().split("[-.]", 3);
    return parts.length < 3 ? "" : parts[1];
  }

  /** Not by a stream of the directory, for which an agent would load a lot at its start. */
  private static List<Path> in(Kind kind, Path directory) {
    List<Path> found = new ArrayList<>();
    String[] names = directory.toFile().list();
    if (names != null) {
      for (String name : names) {
        if (name.startsWith(kind.prefix) && name.endsWith(SUFFIX)) {
          found.add(directory.resolve(name));
        }
      }
    }
    return found;
  }

  /** The sockets on which these answer on this host, as far as the user may see them. */
  public static List<Path> all(Kind kind, Map<String, String> variables) {
    List<Path> found = new ArrayList<>();
    for (Path directory : directories(variables)) {
      if (Files.isReadable(directory)) {
        in(kind, directory).stream()
            .filter(path -> isSocket(path) && !isLeft(path))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Where sockets may be, without regard to the user. */
  public static List<Path> directories(Map<String, String> variables) {
    Optional<Path> named = runtimeDirectory(variables);
    if (named.isPresent()) {
      return List.of(named.get());
    }
    List<Path> directories = new ArrayList<>();
    directories.add(Path.of(OF_ROOT));
    directories.addAll(ofServices());
    ofUser(variables).ifPresent(directories::add);
    return directories;
  }

  private static List<Path> ofServices() {
    List<Path> directories = new ArrayList<>();
    for (String all : OF_AGENTS) {
      String[] services = Path.of(all).toFile().list();
      if (services != null) {
        for (String service : services) {
          directories.add(Path.of(all, service));
        }
      }
    }
    return directories;
  }

  private static Optional<Path> directory(Map<String, String> variables) {
    return runtimeDirectory(variables)
        .or(() -> isRoot() ? Optional.of(Path.of(OF_ROOT)) : ofUser(variables));
  }

  private static Optional<Path> runtimeDirectory(Map<String, String> variables) {
    // Of several, which colons separate, the first.
    return absolute(variables.getOrDefault("RUNTIME_DIRECTORY", "").split(":", -1)[0]);
  }

  private static Optional<Path> ofUser(Map<String, String> variables) {
    return absolute(variables.getOrDefault("XDG_RUNTIME_DIR", ""))
        .map(directory -> directory.resolve("rgap"));
  }

  private static Optional<Path> absolute(String name) {
    return name.startsWith("/") ? Optional.of(Path.of(name)) : Optional.empty();
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | RuntimeException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
