package dev.rgap.cli.command;

import dev.rgap.cli.args.Failure;
import dev.rgap.http.LocalSocket;
import dev.rgap.http.LocalSocket.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Finds the local socket of the program that is meant, if none is named.
 *
 * @param variables the environment, which says where sockets are
 * @param proc where Linux tells about processes
 */
record RunningSockets(Map<String, String> variables, Path proc) {

  /** The only listener's. */
  ApiClient listener() throws Failure, IOException {
    List<Path> found = LocalSocket.all(Kind.LISTENER, variables);
    if (found.isEmpty()) {
      throw none("listener's");
    }
    return onlyListener(found);
  }

  /** The only listener's or, where there is none, the only one of agents. */
  ApiClient any() throws Failure, IOException {
    List<Path> found = LocalSocket.all(Kind.LISTENER, variables);
    if (!found.isEmpty()) {
      return onlyListener(found);
    }
    List<Path> agents = LocalSocket.all(Kind.AGENT, variables);
    if (agents.isEmpty()) {
      throw none("listener's or agent's");
    }
    if (agents.size() > 1) {
      throw new Failure("more than one agent runs here: name one by --socket: " + join(agents));
    }
    return ApiClient.bySocket("agent", agents.getFirst());
  }

  private static ApiClient onlyListener(List<Path> found) throws Failure {
    if (found.size() > 1) {
      throw new Failure("more than one listener runs here: name one by --socket: " + join(found));
    }
    return ApiClient.bySocket("listener", found.getFirst());
  }

  /** The only one of agents. */
  ApiClient agent() throws Failure, IOException {
    List<Path> found = LocalSocket.all(Kind.AGENT, variables);
    if (found.isEmpty()) {
      throw none("agent's");
    }
    if (found.size() > 1) {
      throw new Failure(
          "more than one agent runs here: name one of the processes "
              + String.join(", ", found.stream().map(LocalSocket::pid).sorted().toList()));
    }
    return ApiClient.bySocket("agent", found.getFirst());
  }

  /**
   * That of a process with agents.
   *
   * @param pid the process' number, as somebody has written it
   */
  ApiClient agent(String pid) throws Failure, IOException {
    if (!RunningRgap.isPid(pid)) {
      throw new Failure("'" + pid + "' is not the number of a process");
    }
    for (Path each : LocalSocket.all(Kind.AGENT, variables)) {
      if (LocalSocket.pid(each).equals(pid)) {
        return ApiClient.bySocket("agent", each);
      }
    }
    RunningRgap running = RunningRgap.of(proc.resolve(pid));
    if (!Files.exists(running.directory())) {
      throw new Failure("there is no process " + pid);
    }
    if (running.command() == null || running.isListener()) {
      throw new Failure(
          "process "
              + pid
              + " is "
              + (running.isListener() ? "a listener, and no agent" : "no agent"));
    }
    throw new Failure(
        "the socket of the agent that is process "
            + pid
            + " is not to be seen in "
            + join(LocalSocket.directories(variables))
            + "; run this as its user or as root, or name its --socket or --url");
  }

  private Failure none(String whose) {
    return new Failure(
        "no "
            + whose
            + " socket is to be seen in "
            + join(LocalSocket.directories(variables))
            + "; if one runs, run this as its user or as root, or name its --socket or --url");
  }

  private static String join(List<Path> paths) {
    return String.join(", ", paths.stream().map(Path::toString).toList());
  }
}
