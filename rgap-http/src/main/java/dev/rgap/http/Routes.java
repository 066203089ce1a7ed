package dev.rgap.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be asked, by method and path. */
final class Routes {

  /** Answers; may wait. */
  @FunctionalInterface
  interface Action {
    Answer answer(Call call) throws Refusal, InterruptedException;
  }

  /**
   * One of them.
   *
   * @param path may have something in braces as one of its parts, such as {@code {id}}
   * @param open whether a token is never needed
   */
  record Route(String method, String path, boolean open, Action action) {

    boolean writes() {
      return !method.equals("GET");
    }
  }

  /** A route and what stands for the part in braces. */
  record Found(Route route, String id) {}

  private static final String GROUP = "/v1/groups/{id}";

  private final List<Route> all = new ArrayList<>();

  /** What is said of a path at which there is nothing. */
  private final String stranger;

  /**
   * None yet.
   *
   * @param of what is asked, for people
   * @param document describes it, in OpenAPI
   */
  private Routes(String of, String document) {
    stranger = of + " has nothing at this path; /v1/openapi says what there is";
    get("/v1/openapi", call -> openApi(document));
  }

  /**
   * Of a listener.
   *
   * @param recent what has happened there of late
   */
  static Routes ofListener(Subject subject, Recent recent, Traffic traffic) {
    Routes routes = new Routes("a listener", "openapi.yaml");
    State state = new State(subject);
    GroupPages groups = new GroupPages(subject.membership(), recent.sizes());
    RejectionPages rejections = new RejectionPages(subject);
    AddressPage addresses = new AddressPage(subject.membership(), rejections, recent.events());
    Feeds feeds = new Feeds(groups);
    OutputPages outputs = new OutputPages(subject);
    ConfigPage config = new ConfigPage(subject);
    Events events = new Events(subject, recent, traffic.eventClients(), Events.LONGEST_SILENCE);
    Numbers numbers = new Numbers(subject.metrics(), subject.version());
    routes.open("/", new StatusPage()::show);
    routes.open("/-/healthy", State::healthy);
    routes.open("/-/ready", state::ready);
    routes.post("/-/reload", state::reload);
    routes.get("/v1/groups", groups::list);
    routes.get(GROUP, groups::show);
    routes.get(GROUP + "/prometheus", feeds::prometheus);
    routes.get(GROUP + "/haproxy", feeds::haproxy);
    routes.get(GROUP + "/traefik", feeds::traefik);
    routes.get(GROUP + "/hosts", feeds::hosts);
    routes.get(GROUP + "/lines", feeds::lines);
    routes.get("/v1/events", events::stream);
    routes.get("/v1/rejections", rejections::list);
    routes.get("/v1/addresses/{address}", addresses::show);
    routes.get("/v1/outputs", outputs::list);
    routes.get("/v1/config", config::show);
    routes.get("/metrics", numbers::show);
    return routes;
  }

  /** Of agents. */
  static Routes ofAgents(AgentSubject subject) {
    Routes routes = new Routes("an agent, which knows no members,", "openapi-agent.yaml");
    AgentPages agents = new AgentPages(subject);
    routes.open("/-/healthy", State::healthy);
    routes.open("/-/ready", agents::ready);
    routes.post("/-/reload", agents::reload);
    routes.get("/v1/agents", agents::list);
    routes.post("/v1/drain", agents::drain);
    routes.post("/v1/undrain", agents::undrain);
    routes.get("/metrics", new Numbers(subject.metrics(), subject.version())::show);
    return routes;
  }

  private void get(String path, Action action) {
    all.add(new Route("GET", path, false, action));
  }

  private void post(String path, Action action) {
    all.add(new Route("POST", path, false, action));
  }

  private void open(String path, Action action) {
    all.add(new Route("GET", path, true, action));
  }

  List<Route> all() {
    return all;
  }

  /** The route of a request. */
  Found find(String method, String path) throws Refusal {
    String wanted = method.equals("HEAD") ? "GET" : method;
    Set<String> methods = new TreeSet<>();
    for (Route route : all) {
      String id = match(route.path(), path);
      if (id != null) {
        if (route.method().equals(wanted)) {
          return new Found(route, id);
        }
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      throw Refusal.notFound(stranger);
    }
    String allowed = String.join(", ", methods);
    throw new Refusal(
        Answer.problem(405, "Method Not Allowed", "what is allowed here: " + allowed)
            .with("Allow", allowed));
  }

  /**
   * What stands for the part in braces, empty if the template has none; null if it is another path.
   */
  private static @Nullable String match(String template, String path) {
    int at = template.indexOf('{');
    if (at < 0) {
      return template.equals(path) ? "" : null;
    }
    String before = template.substring(0, at);
    String behind = template.substring(template.indexOf('}') + 1);
    if (!path.startsWith(before)
        || !path.endsWith(behind)
        || path.length() <= before.length() + behind.length()) {
      return null;
    }
    String id = path.substring(before.length(), path.length() - behind.length());
    return id.indexOf('/') < 0 ? id : null;
  }

  private static Answer openApi(String document) {
    return new Answer(
        200,
        "application/yaml",
        Map.of(),
        out -> {
          try (InputStream in = Routes.class.getResourceAsStream(document)) {
            if (in == null) {
              throw new IOException(document + " is missing");
            }
            in.transferTo(out);
          }
        });
  }
}
