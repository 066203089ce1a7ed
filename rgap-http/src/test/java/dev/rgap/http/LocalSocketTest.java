package dev.rgap.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.host.files.WantedOwnership;
import dev.rgap.http.LocalSocket.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A socket that is always there, for one listener of several. */
class LocalSocketTest {

  @TempDir private Path directory;
  private Map<String, String> variables = Map.of();

  @BeforeEach
  void setVariables() {
    variables = Map.of("RUNTIME_DIRECTORY", directory + ":/other");
  }

  private LocalSocket open() throws IOException {
    return LocalSocket.open(Kind.LISTENER, HttpConfig.DEFAULT.socket(), variables).orElseThrow();
  }

  private static void leave(Path path) throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(path));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void isForItsOwnerOnlyAndGoes() throws Exception {
    LocalSocket socket = open();

    assertThat(socket.path().getFileName().toString())
        .startsWith("listener-" + ProcessHandle.current().pid())
        .endsWith(".sock");
    assertThat(Files.getPosixFilePermissions(socket.path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(files()).containsExactly(socket.path());
    assertThat(LocalSocket.all(Kind.LISTENER, variables)).contains(socket.path());

    socket.channel().close();
    socket.remove();
    assertThat(files()).isEmpty();
  }

  @Test
  void hasTheModeThatIsWanted() throws Exception {
    Path path = directory.resolve("own.sock");
    LocalSocket socket =
        LocalSocket.open(
                Kind.LISTENER,
                new HttpConfig.Socket(
                    Optional.of(path),
                    new WantedOwnership(
                        Optional.of(PosixFilePermissions.fromString("rw-rw----")),
                        Optional.empty(),
                        Optional.empty())),
                Map.of())
            .orElseThrow();

    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    socket.channel().close();
  }

  @Test
  void takesTheNameOfOneThatWasLeft() throws Exception {
    LocalSocket before = open();
    Path own = before.path();
    before.channel().close();
    Path others = directory.resolve("listener-999999999.sock");
    leave(others);

    LocalSocket socket = open();

    assertThat(files()).containsExactly(own);
    socket.channel().close();
  }

  @Test
  void takesNothingThatIsAnothers() throws Exception {
    LocalSocket socket = open();
    HttpConfig.Socket same =
        new HttpConfig.Socket(Optional.of(socket.path()), WantedOwnership.KEPT);
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> LocalSocket.open(Kind.LISTENER, same, Map.of()))
        .hasMessageContaining("is the socket of another process");
    assertThatThrownBy(() ->
            LocalSocket.open(
                Kind.LISTENER,
                new HttpConfig.Socket(Optional.of(file), WantedOwnership.KEPT),
                Map.of()))
        .hasMessageContaining("is no socket");
    socket.channel().close();
  }

  @Test
  void leavesWhatHasTakenItsName() throws Exception {
    LocalSocket socket = open();
    socket.channel().close();
    LocalSocket next = open();

    socket.remove();

    assertThat(next.path()).exists();
    next.channel().close();
  }

  @Test
  void ofAgentsIsToldFromAListeners() throws Exception {
    LocalSocket listener = open();
    LocalSocket agent =
        LocalSocket.open(Kind.AGENT, HttpConfig.DEFAULT.socket(), variables).orElseThrow();

    assertThat(LocalSocket.all(Kind.LISTENER, variables)).containsExactly(listener.path());
    assertThat(LocalSocket.all(Kind.AGENT, variables)).containsExactly(agent.path());
    assertThat(LocalSocket.pid(agent.path()))
        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    listener.channel().close();
    agent.channel().close();
  }
}
